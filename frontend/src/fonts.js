// The Chinese fallback face and Inter: hundreds of font-face rules, a sheet of their own so that it is cached alone
import './styles/fonts.css'
