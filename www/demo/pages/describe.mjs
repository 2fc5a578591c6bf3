/** A line about a product: what it is for. Nothing is claimed about size or material that the data does not say. */
/** @import { Product } from './shop.mjs' */

/** @type {Record<string, string>} */
const KIND = {
  tote: 'For the market, the beach, or everything that was on the back seat.', lunchbag: 'Lunch, carried with a little more style than the lunch deserves.', drawstring: 'Pull the string and it is wrapped: half bag, half gift.', airline: 'For journeys of any length, including the bus.',
  suitcase: 'A stack of little cases for sleepovers, doll’s clothes or secrets.', wallet: 'Keeps the travel card in one place, for once.', umbrella: 'Cheerful in the rain, which is when it counts.', mug: 'For the first cup, the second cup, and the one that goes cold.',
  teacup: 'A proper cup with a proper saucer, for no particular occasion.', teapot: 'Enough for two, or for one with a good book.', cakestand: 'Sandwiches below, scones in the middle, and whatever is pink on top.', plate: 'For a slice, a scone, or just the bag.', jug: 'Milk, cream, custard or sweet peas.',
  sugarbowl: 'One lump or two, kept where everyone can reach it.', cup: 'A cup that matches the rest of the picnic.', eggcup: 'Stands to attention while you butter the soldiers.', cakecase: 'A plain bun goes in. A fairy cake comes out.', doily: 'Under the cake, over the jam, round the flowers.',
  cutter: 'Roll, press, bake, decorate, argue over the last one.', mould: 'Wobbly puddings, sandcastles, or a very good hat for a bear.', baking: 'Everything for small bakers, apart from the patience.', caketin: 'Keeps a cake fresh, should it last that long.', jam: 'For a glut of plums and a rainy weekend.',
  recipe: 'Because the internet never has the one your aunt made.', spoons: 'A heaped heart of flour, a level heart of sugar.', scales: 'Weighs by needle, as it always did.', breadbin: 'Keeps the loaf, and the room, in good order.', petbowl: 'A tin for someone who does not care about the lettering.',
  lunchbox: 'Sandwich, apple, something with raisins. Lid on.', bowl: 'For sweets, soup or keys.', cutlery: 'Small handles for small hands.', apron: 'Something to wipe your hands on and hand down.', glove: 'For hot trays and dramatic entrances.', teatowel: 'Too nice for drying up. Almost.',
  magnets: 'Milk, eggs, string. Now you will remember the string.', sugartins: 'Tea in one, coffee in the next, and never mind the others.', tealight: 'A small flame goes a long way on a dark evening.', candle: 'Smells of jam and Sunday afternoon.', lantern: 'On the step, on the table, or hung from the apple tree.',
  lights: 'A string of little lights for a shelf, a hedge or a headboard.', toadstool: 'A small friendly glow for the other side of the room.', rabbit: 'A small friendly glow that will not wake the baby.', partycandle: 'Make a wish, and mind the icing.', alarm: 'Two bells and a hammer. You will get up.', signs: 'Hang it where the right person will read it.',
  block: 'Four letters for a mantelpiece.', frame: 'For the photograph that only lives on your phone.', chalkboard: 'For menus, shopping and small declarations.', hooks: 'Coats off the chair, at last.', doormat: 'The first thing people see, and the last thing they tread on.', drawers: 'Little drawers for buttons, stamps and tickets.',
  pegbag: 'Makes the washing line the best dressed thing in the garden.', heart: 'For a door, a window, or someone you miss.', star: 'Hang it up in December and forget to take it down.', bird: 'Sits, hangs and keeps its opinions to itself.', trinket: 'For rings, milk teeth and things with no other home.', babushka: 'One inside another, all the way down.',
  fan: 'For warm theatres and hot news.', mirror: 'A little light on a dull wall.', pear: 'Ripe all year round.', bunting: 'Up in ten minutes, and then you are having a party.', popcorn: 'For film night, or sweets, or all the pens.', paperplate: 'No washing up. That is the whole point.', napkins: 'A bright square for every lap.',
  balloon: 'Blow, tie, bounce.', parasols: 'Turns any drink into a holiday.', paperchain: 'Lick, loop, repeat until you reach the window.', cracker: 'A bang, a hat and a joke you have heard before.', stocking: 'Hang it by the fire and hope.', bell: 'Rings a little when the door opens.', tree: 'Small, wooden, and drops no needles.',
  ribbon: 'Makes brown paper look like you meant it.', giftwrap: 'Half the present.', tags: 'So everyone gets the right one.', card: 'Blank enough inside for what you want to say.', notebook: 'For lists, letters and the beginnings of novels.', pencils: 'Sharpened, coloured and ready for a wet afternoon.', cards: 'A pack for the train, the tent and the kitchen table.',
  harmonica: 'Three tunes by teatime, whether anyone asks or not.', felt: 'Made of felt and fond of company.', sewing: 'A button back on in five minutes.', dominoes: 'Play them, or stand them up and knock them down.', skittles: 'Six soldiers. One ball. No prisoners.', spinning: 'Set it going and see who blinks first.', rope: 'For playgrounds, and for remembering how.',
  playhouse: 'A small room for small people to arrange.', glider: 'Build it, throw it, fetch it.', game: 'For the table, on the kind of day that needs a game.', moneybox: 'A penny at a time adds up.', windmill: 'Stands in a pot and waits for a breeze.', kneeling: 'Kinder to the knees than the border is.', watering: 'Small pour, big responsibility.',
  herb: 'So you know what is coming up.', ladder: 'Pots on every step.', basket: 'Packed by noon, empty by three.', croquet: 'A lawn is all you need to bring.', birdhouse: 'For a fern, a candle, or a very calm bird.', hotwater: 'Fill, hug, repeat.', handwarmer: 'Fits a pocket and lasts as far as the bus stop.', plasters: 'Makes a grazed knee almost worth it.',
  tissues: 'For colds, weddings and the last ten pages.', lipgloss: 'Looks like pudding.',
};

/** @param {Product} p */
export function describe(p) {
  const line = KIND[p.kind];
  if (!line) throw new Error(`nothing to say about the kind ${p.kind}`);
  return line;
}
