/** What the frame of every page says. */
export const WORDS = {
  skip: 'Skip to the content', search: 'Search the shop', searchButton: 'Search', account: 'Account', basket: 'Basket', shelves: 'Shelves', sale: 'Winter sale',
  bar: 'Free delivery in the UK from £30', barCta: 'See the Christmas shelf', home: 'Home',
  footShop: 'The shop', footHelp: 'Help', footPrivacy: 'Privacy settings', footAccount: 'Your account', footAll: 'Search everything',
  footAbout: 'Small gifts, well chosen, since 2010. Three hundred and twenty of them, at prices that leave enough for the stamp.',
  footDelivery: 'Delivery: £3.50 in the UK, free from £30. £7.50 to the rest of Europe, £12 elsewhere.',
  footDemo: 'Tuppence is a demonstration shop: no money is taken and no parcel is sent. Products, prices and sales figures come from the data set',
  footDemoEnd: 'by Daqing Chen, UCI Machine Learning Repository, CC BY 4.0; names were tidied and the pictures drawn for this shop.',
  add: 'Add to basket', addShort: 'Add', was: 'was', sold: 'baskets',
};
