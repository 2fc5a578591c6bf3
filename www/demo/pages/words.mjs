/** What the frame of every page says, in the shop's two languages. */
/** @import { Locale } from './shop.mjs' */

const en = {
  skip: 'Skip to the content', search: 'Search the shop', searchButton: 'Search', account: 'Account', basket: 'Basket', shelves: 'Shelves', sale: 'Winter sale',
  bar: 'Free delivery in the UK from £30', barCta: 'See the Christmas shelf', home: 'Home',
  footShop: 'The shop', footHelp: 'Help', footPrivacy: 'Privacy settings', footAccount: 'Your account', footAll: 'Search everything',
  footAbout: 'Small gifts, well chosen, since 2010. Three hundred and twenty of them, at prices that leave enough for the stamp.',
  footDelivery: 'Delivery: £3.50 in the UK, free from £30. £7.50 to the rest of Europe, £12 elsewhere.',
  footDemo: 'Tuppence is a demonstration shop: no money is taken and no parcel is sent. Products, prices and sales figures come from the data set',
  footDemoEnd: 'by Daqing Chen, UCI Machine Learning Repository, CC BY 4.0; names were tidied and the pictures drawn for this shop.', language: 'Deutsch', languageHref: '/de/',
  add: 'Add to basket', addShort: 'Add', was: 'was', sold: 'baskets',
};

/** @type {typeof en} */
const de = {
  skip: 'Zum Inhalt springen', search: 'Im Laden suchen', searchButton: 'Suchen', account: 'Konto', basket: 'Korb', shelves: 'Regale', sale: 'Winterangebote',
  bar: 'Versand nach Deutschland 7,50 £', barCta: 'Zum Weihnachtsregal', home: 'Start',
  footShop: 'Der Laden', footHelp: 'Hilfe', footPrivacy: 'Datenschutz-Einstellungen', footAccount: 'Ihr Konto', footAll: 'Alles durchsuchen',
  footAbout: 'Kleine Geschenke, gut gewählt, seit 2010. Dreihundertzwanzig Stück, zu Preisen, bei denen das Porto noch drin ist.',
  footDelivery: 'Versand: 7,50 £ nach Deutschland und ins übrige Europa. Im Vereinigten Königreich 3,50 £, ab 30 £ frei.',
  footDemo: 'Tuppence ist ein Vorführladen: Es wird nichts berechnet und nichts verschickt. Artikel, Preise und Verkaufszahlen stammen aus dem Datensatz',
  footDemoEnd: 'von Daqing Chen, UCI Machine Learning Repository, CC BY 4.0; die Namen wurden geglättet, die Bilder für diesen Laden gezeichnet.', language: 'English', languageHref: '/',
  add: 'In den Korb', addShort: 'In den Korb', was: 'vorher', sold: 'Körbe',
};

/** @param {Locale} locale */
export const words = (locale) => (locale === 'de-DE' ? de : en);
