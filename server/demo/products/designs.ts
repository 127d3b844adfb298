/**
 * What the draughtsman needs to know of a product, beside its colour. One `kind` is one silhouette; the options change
 * what a customer would see from two metres away.
 */
export type PictureDesign =
  | {
      kind: 'shirt'
      collar: 'classic' | 'band' | 'camp'
      sleeve: 'long' | 'rolled' | 'short'
      cut: 'straight' | 'loose'
      pockets: 0 | 1 | 2
      placket: 'full' | 'half'
      stripes?: boolean
    }
  | { kind: 'blouse'; neck: 'v' | 'boat' | 'tie'; sleeve: 'puff' | 'kimono' | 'gathered' }
  | {
      kind: 'tee'
      neck: 'crew' | 'boat' | 'v'
      sleeve: 'none' | 'short' | 'long'
      stripes?: boolean
      pocket?: boolean
      collar?: boolean
    }
  | { kind: 'dress'; style: 'shirt' | 'strap' | 'tunic' | 'wrap' }
  | { kind: 'jumpsuit' }
  | { kind: 'skirt'; style: 'buttons' | 'wrap' | 'gathered' }
  | { kind: 'trousers'; leg: 'wide' | 'tapered' | 'straight' | 'short'; waist: 'drawstring' | 'band' }
  | { kind: 'jacket'; style: 'boxy' | 'work' | 'blazer' | 'kimono' | 'vest' }
  | { kind: 'scarf' }
  | { kind: 'hat' }
  | { kind: 'espadrilles' }
  | { kind: 'tote'; style: 'market' | 'beach' }
  | { kind: 'apron'; style: 'bib' | 'cross' }
  | { kind: 'tablecloth'; edge: 'hem' | 'stripe' }
  | { kind: 'napkins'; edge: 'hem' | 'fringe' }
  | { kind: 'runner' }
  | { kind: 'placemats' }
  | { kind: 'kitchenTowels' }
  | { kind: 'mug' }
  | { kind: 'pitcher' }
  | { kind: 'plate' }
  | { kind: 'saltCellar' }
  | { kind: 'breadBasket' }
  | { kind: 'towel'; weave: 'terry' | 'waffle' }
  | { kind: 'beachTowel' }
  | { kind: 'bathMat' }
  | { kind: 'robe' }
  | { kind: 'pouch' }
  | { kind: 'soap' }
  | { kind: 'bedding'; style: 'duvet' | 'quilt' }
  | { kind: 'sheets'; style: 'flat' | 'fitted' }
  | { kind: 'pillowcase' }
  | { kind: 'cushion'; style: 'piped' | 'fringe' }
  | { kind: 'throw' }
  | { kind: 'saltJar' }
  | { kind: 'honeyJar' }
  | { kind: 'oilBottle' }
  | { kind: 'almondBag' }
  | { kind: 'teaTin' }
  | { kind: 'book'; cover: 'linen' | 'table' }
  | { kind: 'notebook' }

export type PictureKind = PictureDesign['kind']
