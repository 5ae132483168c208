// What happens in the browser only: choices become addresses, and each new page gets its title and focus.
(function () {
  var lastPath = null;

  function closeDefinitions(except) {
    document.querySelectorAll("details.definition[open]").forEach(function (each) {
      if (each !== except) { each.open = false; }
    });
  }

  document.addEventListener("click", function (event) {
    closeDefinitions(event.target.closest("details.definition"));
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    var open = document.querySelector("details.definition[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  });

  window.addEventListener("beforeprint", function () {
    document.documentElement.setAttribute("data-printed-from", window.location.href);
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.arobase = {
    goTo: function (city, day, shown, search) {
      var stay = window.dash_clientside.no_update;
      if (!shown || !city) { return stay; }
      var isValid = /^\d{4}-\d{2}-\d{2}$/.test(day || "") && day >= "2000-01-01" && day <= shown.today;
      var chosen = isValid ? day : (day ? shown.day : shown.today);
      if (city === shown.city && chosen === shown.day) { return stay; }
      var params = new URLSearchParams(search || "");
      if (city !== shown.city) { params.set("villes", city); }
      if (chosen === shown.today) { params.delete("date"); } else { params.set("date", chosen); }
      var query = params.toString().replace(/%2C/g, ",");
      return query ? "?" + query : "";
    },

    follow: function (shown) {
      var stay = window.dash_clientside.no_update;
      if (!shown) { return stay; }
      document.title = shown.title;
      document.documentElement.setAttribute("data-controls", shown.controls ? "shown" : "hidden");
      if (shown.city && document.getElementById("shell-city")) {
        window.dash_clientside.set_props("shell-city", { value: shown.city });
        window.dash_clientside.set_props("shell-day", { value: shown.day });
      }
      if (lastPath !== null && lastPath !== shown.path) {
        document.getElementById("contenu").focus();
      }
      lastPath = shown.path;
      return stay;
    }
  };
})();
