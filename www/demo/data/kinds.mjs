/**
 * What a product is, read off its description: the first rule whose pattern is found wins.
 * A kind decides two things, the category of the shop and the motif that draws it. A description that no rule
 * knows is not sold here. Seasonal words overrule the category of the kind, not its motif.
 */

/** Categories in the order of the shop's navigation. The slug is one plain word, fit for a sentence. */
export const CATEGORIES = [
  'bags', 'teatime', 'baking', 'kitchen', 'candlelight', 'home', 'signs', 'keepsakes', 'party', 'stationery', 'toys', 'garden', 'cosy', 'christmas',
];

const CHRISTMAS = /CHRISTMAS|ADVENT|SANTA|REINDEER|SLEIGH|STOCKING|JINGLE|XMAS|NOEL|SNOW|CRACKER|PAPER CHAIN|SILVER BELLS/;

/** Brands of others, and lines whose name says too little to sell by. */
const NOT_SOLD = /REX CASH|CHARLIE|LOLA TOYS|DOTCOM|VOUCHER|SAMPLE|DAMAGE|AMAZON|EBAY|MANUAL|POSTAGE/;

/** @type {[kind: string, category: string, pattern: RegExp][]} */
const RULES = [
  ['hotwater', 'cosy', /HOT WATER BOTTLE|HOTTIE/],
  ['handwarmer', 'cosy', /HAND WARMER/],
  ['plasters', 'cosy', /PLASTERS|FIRST AID/],
  ['tissues', 'cosy', /TISSUES/],
  ['lipgloss', 'cosy', /LIP GLOSS/],
  ['sponge', 'cosy', /SPONGE|FLANNEL/],
  ['lunchbox', 'kitchen', /LUNCH BOX|SNACK BOX|ROUND CONTAINER|FOOD CONTAINER SET/],
  ['lunchbag', 'bags', /LUNCH BAG/],
  ['drawstring', 'bags', /CHARLOTTE BAG|PARTY BAG/],
  ['pegbag', 'home', /PEG BAG|CLOTHES PEGS/],
  ['tote', 'bags', /(JUMBO|STORAGE|PICNIC|SHOULDER|SHOPPER|RECYCLING) *BAG|JUMBO SHOPPER|SHOPPER BAG|DOILY JUMBO|RED RETROSPOT SHOPPER/],
  ['airline', 'bags', /AIRLINE BAG|BACKPACK/],
  ['suitcase', 'bags', /MINI CASES|SUITCASE/],
  ['wallet', 'bags', /CARD WALLET|PURSE(?! NOTE)/],
  ['watch', 'home', /WALL CLOCK/],
  ['alarm', 'home', /ALARM CLOCK/],
  ['signs', 'signs', /METAL SIGN|\bSIGN\b|WALL ART/],
  ['block', 'home', /BLOCK WORD/],
  ['cakestand', 'teatime', /CAKE ?STAND/],
  ['teacup', 'teatime', /TEACUP|\bCUP AND SAUCER/],
  ['teapot', 'teatime', /TEAPOT|TEA SET/],
  ['mug', 'teatime', /\bMUG\b/],
  ['sugartins', 'kitchen', /TEA,? ?COFFEE|SPICE TINS|HERB TINS|KNICK KNACK TINS|STORAGE TIN|TEA CADDY/],
  ['jug', 'teatime', /JUG/],
  ['sugarbowl', 'teatime', /SUGAR BOWL|SUGAR JAM|SUGAR DISPENSER|BUTTER DISH/],
  ['eggcup', 'teatime', /EGG CUP/],
  ['cakecase', 'baking', /CAKE CASES|BAKING CASES/],
  ['doily', 'baking', /DOIL(Y|IES)$|PAPER +DOILIES|DOILIES/],
  ['cutter', 'baking', /(COOKIE|BISCUIT) CUTTER/],
  ['mould', 'baking', /JELLY MOULD/],
  ['baking', 'baking', /BAKING SET|ROLLING PIN/],
  ['caketin', 'baking', /CAKE TIN|BISCUIT TIN/],
  ['jam', 'baking', /JAM MAKING|JAM JAR WITH/],
  ['recipe', 'baking', /RECIPE BO/],
  ['spoons', 'baking', /MEASURING SPOONS/],
  ['scales', 'kitchen', /SCALES/],
  ['breadbin', 'kitchen', /BREAD BIN/],
  ['petbowl', 'kitchen', /(DOG|CAT) FOOD/],
  ['tealight', 'candlelight', /T-LIGHT|TEA ?LIGHT(?!S)|CANDLE ?HOLDER|TEA GLASS/],
  ['partycandle', 'party', /PARTY CANDLES/],
  ['candle', 'candlelight', /CANDLE/],
  ['lantern', 'candlelight', /LANTERN/],
  ['toadstool', 'candlelight', /TOADSTOOL/],
  ['rabbit', 'candlelight', /RABBIT NIGHT/],
  ['lights', 'candlelight', /LIGHTS|NIGHT LIGHT/],
  ['frame', 'home', /FRAME|PHOTO CUBE|FAMILY ALBUM/],
  ['chalkboard', 'home', /CHALKBOARD|BLACK ?BOARD|MEMO BOARD/],
  ['hooks', 'home', /HOOK|COAT RACK|HANGER|WALL TIDY|PHOTO SHELF/],
  ['doormat', 'home', /DOORMAT/],
  ['knob', 'home', /KNOB/],
  ['drawers', 'home', /DRAWER|CABINET|MINI CHEST/],
  ['cushion', 'home', /CUSHION/],
  ['doorstop', 'home', /DOORSTOP/],
  ['keyfob', 'home', /KEY FOB/],
  ['umbrella', 'garden', /UMBRELLA|PARASOL(?!S)|RAIN HAT|PONCHO/],
  ['parasols', 'party', /COCKTAIL PARASOLS/],
  ['bunting', 'party', /BUNTING|GARLAND/],
  ['paperchain', 'christmas', /PAPER CHAIN/],
  ['cracker', 'christmas', /CRACKER/],
  ['stocking', 'christmas', /STOCKING(?! DECO)/],
  ['advent', 'christmas', /ADVENT/],
  ['paperplate', 'party', /PAPER PLATES|PAPER CUPS/],
  ['napkins', 'party', /NAPKINS/],
  ['balloon', 'party', /BALLOONS(?! +WRITING)/],
  ['popcorn', 'party', /POPCORN/],
  ['plate', 'teatime', /PLATE/],
  ['bowl', 'kitchen', /BOWL/],
  ['cup', 'teatime', /POLKADOT CUP|RETROSPOT CUP/],
  ['cutlery', 'kitchen', /CUTLERY/],
  ['apron', 'kitchen', /APRON/],
  ['glove', 'kitchen', /OVEN GLOVE|WASHING UP GLOVES/],
  ['teatowel', 'kitchen', /TEA TOWELS/],
  ['brush', 'kitchen', /BRUSH/],
  ['jar', 'kitchen', /STORAGE JAR|COOKIE JAR|GLASS JAR|BON BON JAR|MILK BOTTLES|APOTHECARY/],
  ['magnets', 'kitchen', /MAGNET/],
  ['moneybox', 'toys', /MONEY BANK|PIGGY BANK/],
  ['felt', 'toys', /FELT ?CRAFT|CHRISTMAS CRAFT/],
  ['ribbon', 'stationery', /RIBBON/],
  ['giftwrap', 'stationery', /ROLL WRAP|\bWRAP\b/],
  ['tags', 'stationery', /GIFT TAGS/],
  ['cards', 'toys', /SNAP CARDS|CARD GAME|PLAYING CARDS/],
  ['card', 'stationery', /\bCARD\b(?! HOLDER)|MESSAGE CARDS/],
  ['notebook', 'stationery', /NOTE ?BOOKS?|EXERCISE BOOKS|STATIONERY SET|WRITING SET|CALENDAR|ADDRESS BOOK/],
  ['pencils', 'stationery', /PENCIL|CRAYONS|COLOUR  ?CHALK|CHALK STICKS|\bPEN\b|RULER|PAINT SET/],
  ['stamp', 'stationery', /STAMP SET|TAPE$|ERASER/],
  ['sewing', 'toys', /SEWING|BUTTON BOX|KNITTING NANCY|STENCIL/],
  ['dominoes', 'toys', /DOMINOES/],
  ['blocks', 'toys', /ALPHABET BLOCKS|JIGSAW BLOCKS/],
  ['skittles', 'toys', /SKITTLES/],
  ['spinning', 'toys', /SPINNING TOP/],
  ['rope', 'toys', /SKIPPING ROPE|CATCH CUP/],
  ['harmonica', 'toys', /HARMONICA/],
  ['playhouse', 'toys', /PLAYHOUSE/],
  ['bucket', 'toys', /SEASIDE BUCKET|BEACH SPADE/],
  ['windmill', 'toys', /WINDMILL/],
  ['glider', 'toys', /GLIDERS/],
  ['game', 'toys', /BINGO|SNAKES|NAUGHTS|PICK UP STICKS|DONKEY TAIL|COLOURING SET|MODELLING CLAY|DRAWING SLATE|TOY TIDY|MARBLES/],
  ['kneeling', 'garden', /KNEELING/],
  ['watering', 'garden', /WATERING CAN/],
  ['herb', 'garden', /HERB MARKER|FLYTRAP/],
  ['ladder', 'garden', /PLANT LADDER/],
  ['basket', 'garden', /PICNIC BASKET/],
  ['croquet', 'garden', /CROQUET|ROUNDERS/],
  ['birdhouse', 'garden', /BIRD ?CAGE|BIRD ?HOUSE/],
  ['mirror', 'keepsakes', /MIRROR/],
  ['trinket', 'keepsakes', /TRINKET|JEWELLERY|TREASURE|BOOK BOX|STORAGE BOX|DRESSING TABLE|METAL BOX/],
  ['babushka', 'keepsakes', /BABUSHKA/],
  ['fan', 'keepsakes', /SILK FAN/],
  ['bird', 'keepsakes', /BIRD|OWL|DOVE/],
  ['star', 'keepsakes', /\bSTAR\b/],
  ['tree', 'christmas', /WOODEN TREE/],
  ['bell', 'christmas', /BELLS?\b/],
  ['heart', 'keepsakes', /HEART/],
  ['pear', 'keepsakes', /METAL PEARS/],
];

/** Every kind there is. */
export const KINDS = [...new Set(RULES.map(([kind]) => kind))];

/**
 * @param {string} description in capitals
 * @returns {{ kind: string, category: string } | null}
 */
export function classify(description) {
  if (NOT_SOLD.test(description)) return null;
  const rule = RULES.find(([, , pattern]) => pattern.test(description));
  if (!rule) return null;
  return { kind: rule[0], category: CHRISTMAS.test(description) ? 'christmas' : rule[1] };
}
