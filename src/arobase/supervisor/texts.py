"""What the supervisor says, in the two languages."""

from __future__ import annotations

from dataclasses import dataclass

from arobase.catalog import Text


@dataclass(frozen=True, slots=True)
class Message:
    """A text with places to fill."""

    fr: str
    en: str

    def format(self, **values: object) -> Text:
        """Return the text, its places filled."""
        return Text(fr=self.fr.format(**values), en=self.en.format(**values))


PORT_TAKEN = Message(
    fr="Le port {port} ({service}) est déjà pris par {holder}. Arrêtez ce programme, ou"
    " choisissez un autre port : {variable}={example}",
    en="Port {port} ({service}) is already taken by {holder}. Stop that program, or choose another"
    " port: {variable}={example}",
)
LEFT = Message(
    fr="Un lancement précédent avait été interrompu : {count} processus restants arrêtés.",
    en="A former run had been cut short: {count} processes it left were ended.",
)
RESTARTED = Message(
    fr="{name} s'est arrêté (code {code}) ; relancé dans {wait} s.",
    en="{name} stopped (exit code {code}); restarting in {wait} s.",
)
STOPPING = Message(fr="Arrêt de tous les services...", en="Stopping every service...")
STOPPED = Message(fr="Tout est arrêté.", en="Everything is stopped.")
STARTING = Message(
    fr="Démarrage : {names}...",
    en="Starting: {names}...",
)
PREPARING_AIRFLOW = Message(
    fr="Préparation de la base d'Airflow...", en="Preparing Airflow's database..."
)
REPLAYING = Message(
    fr="Historique des villes du bac à sable : {label} ({done}/{total})",
    en="History of the sandbox towns: {label} ({done}/{total})",
)
PUBLISHING = Message(
    fr="Chargement, calcul, contrôle et publication de l'historique...",
    en="Loading, computing, checking and publishing the history...",
)
REPLAYED = Message(
    fr="Historique publié en {seconds} s : {summary}.",
    en="History published in {seconds} s: {summary}.",
)
WAITING_AIRFLOW = Message(fr="Démarrage d'Airflow...", en="Airflow is starting...")
AIRFLOW_READY = Message(fr="Airflow est prêt ({seconds} s).", en="Airflow is ready ({seconds} s).")
PULLING = Message(
    fr="Relevés du jour par Airflow : {done}/{total} terminés...",
    en="Today's pulls by Airflow: {done}/{total} finished...",
)
PULLED = Message(
    fr="Relevés du jour publiés (version {version}).",
    en="Today's pulls are published (version {version}).",
)
NOTHING_DUE = Message(
    fr="Les relevés du jour sont déjà faits ; Airflow continue à l'heure prévue.",
    en="Today's pulls were made already; Airflow goes on at their time.",
)
LATE = Message(
    fr="Les relevés du jour ne sont pas finis ; la page se mettra à jour d'elle-même.",
    en="Today's pulls are not finished; the page will update by itself.",
)
FAILED_PULLS = Message(
    fr="Relevés en échec : {names}. Le détail est dans Airflow et sur la page Qualité.",
    en="Pulls that failed: {names}. Airflow and the Quality page say why.",
)
NO_FIGURE = Message(fr="Aucun chiffre n'est encore publié.", en="No figure is published yet.")
ADDRESSES = Message(fr="Adresses", en="Addresses")
DASHBOARD = Message(fr="Tableau de bord", en="Dashboard")
AIRFLOW = Message(fr="Airflow", en="Airflow")
GATEWAY = Message(fr="Passerelle (documentation)", en="Gateway (documentation)")
SANDBOX = Message(fr="Bac à sable", en="Sandbox")
LOGIN = Message(
    fr="utilisateur {user}, mot de passe {password}", en="user {user}, password {password}"
)
STAY = Message(fr="Ctrl-C pour tout arrêter.", en="Ctrl-C to stop everything.")
