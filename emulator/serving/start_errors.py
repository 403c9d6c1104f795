"""Why the server cannot start, or what went wrong at its start or end: errors with a text of one line."""


class StartError(Exception):
    """The server cannot start; the text says in one line why not."""


class AddressUnavailableError(StartError):
    """The server cannot listen at its address."""


class InitScriptError(StartError):
    """The init scripts cannot be found, or one has failed and ``--init-failure exit`` is given."""


class StateFileError(StartError):
    """The server cannot write the state at its end."""


class PersistenceError(StartError):
    """What is kept cannot be read or written."""


class CertificateFileError(StartError):
    """The server cannot read or write the file of a certificate."""
