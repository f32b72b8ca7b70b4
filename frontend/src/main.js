import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/components.css'
import './styles/tables.css'
import './styles/forms.css'
import './styles/choosing.css'
import './styles/ladder.css'
import './styles/checklist.css'
import './styles/routes.css'
import './styles/institutions.css'
import './styles/portal.css'
import './styles/board.css'
import './styles/accounts.css'
import './styles/dossier.css'
import './styles/receipts.css'
import './styles/rules.css'
import './styles/agenda.css'
import './styles/lists.css'
import './styles/audit.css'
import './styles/print.css'
import htmx from 'htmx.org/dist/htmx.esm.js'
import { listenForDialogs } from './scripts/dialogs.js'
import { listenForFailures } from './scripts/failures.js'
import { listenForForms } from './scripts/forms.js'
import { listenForBoard } from './scripts/board.js'
import { listenForKeys } from './scripts/keys.js'
import { listenForChoices } from './scripts/choosing.js'
import { place } from './scripts/place.js'
import { listenForPrinting } from './scripts/printing.js'
import { listenForCards } from './scripts/cards.js'

htmx.config.allowEval = false
htmx.config.includeIndicatorStyles = false
htmx.config.historyCacheSize = 0
htmx.config.selfRequestsOnly = true

listenForDialogs(document)
listenForFailures(document)
listenForForms(document)
listenForChoices(document)
listenForBoard(document)
listenForPrinting(document)
listenForCards(document)
listenForKeys(document)
htmx.onLoad((root) => place(root))
place(document)
