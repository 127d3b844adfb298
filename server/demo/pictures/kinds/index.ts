import type { PictureDesign } from '../../products/designs.ts'
import type { Sheet } from '../sheet.ts'
import { drawApron, drawEspadrilles, drawHat, drawScarf, drawTote } from './accessories.ts'
import { drawBathMat, drawBeachTowel, drawPouch, drawRobe, drawSoap, drawTowel } from './bath.ts'
import { drawBedding, drawCushion, drawPillowcase, drawSheets, drawThrow } from './bed.ts'
import { drawBlouse } from './blouse.ts'
import { drawJumpsuit, drawSkirt, drawTrousers } from './bottoms.ts'
import { drawBreadBasket, drawMug, drawPitcher, drawPlate, drawSaltCellar } from './ceramics.ts'
import { drawDress } from './dress.ts'
import { drawJacket } from './jacket.ts'
import type { Cuts } from './kind.ts'
import {
  drawAlmondBag,
  drawBook,
  drawHoneyJar,
  drawNotebook,
  drawOilBottle,
  drawSaltJar,
  drawTeaTin,
} from './pantry.ts'
import { drawShirt } from './shirt.ts'
import { drawKitchenTowels, drawNapkins, drawPlacemats, drawRunner, drawTablecloth } from './table.ts'
import { drawTee } from './tee.ts'

/** Draws the thing on the sheet; gives what the two pictures of it show. */
export function drawKind(sheet: Sheet, design: PictureDesign, color: string): Cuts {
  switch (design.kind) {
    case 'shirt':
      return drawShirt(sheet, design, color)
    case 'tee':
      return drawTee(sheet, design, color)
    case 'blouse':
      return drawBlouse(sheet, design, color)
    case 'dress':
      return drawDress(sheet, design, color)
    case 'jumpsuit':
      return drawJumpsuit(sheet, design, color)
    case 'skirt':
      return drawSkirt(sheet, design, color)
    case 'trousers':
      return drawTrousers(sheet, design, color)
    case 'jacket':
      return drawJacket(sheet, design, color)
    case 'scarf':
      return drawScarf(sheet, design, color)
    case 'hat':
      return drawHat(sheet, design, color)
    case 'espadrilles':
      return drawEspadrilles(sheet, design, color)
    case 'tote':
      return drawTote(sheet, design, color)
    case 'apron':
      return drawApron(sheet, design, color)
    case 'tablecloth':
      return drawTablecloth(sheet, design, color)
    case 'napkins':
      return drawNapkins(sheet, design, color)
    case 'runner':
      return drawRunner(sheet, design, color)
    case 'placemats':
      return drawPlacemats(sheet, design, color)
    case 'kitchenTowels':
      return drawKitchenTowels(sheet, design, color)
    case 'mug':
      return drawMug(sheet, design, color)
    case 'pitcher':
      return drawPitcher(sheet, design, color)
    case 'plate':
      return drawPlate(sheet, design, color)
    case 'saltCellar':
      return drawSaltCellar(sheet, design, color)
    case 'breadBasket':
      return drawBreadBasket(sheet, design, color)
    case 'towel':
      return drawTowel(sheet, design, color)
    case 'beachTowel':
      return drawBeachTowel(sheet, design, color)
    case 'bathMat':
      return drawBathMat(sheet, design, color)
    case 'robe':
      return drawRobe(sheet, design, color)
    case 'pouch':
      return drawPouch(sheet, design, color)
    case 'soap':
      return drawSoap(sheet, design, color)
    case 'bedding':
      return drawBedding(sheet, design, color)
    case 'sheets':
      return drawSheets(sheet, design, color)
    case 'pillowcase':
      return drawPillowcase(sheet, design, color)
    case 'cushion':
      return drawCushion(sheet, design, color)
    case 'throw':
      return drawThrow(sheet, design, color)
    case 'saltJar':
      return drawSaltJar(sheet, design, color)
    case 'honeyJar':
      return drawHoneyJar(sheet, design, color)
    case 'oilBottle':
      return drawOilBottle(sheet, design, color)
    case 'almondBag':
      return drawAlmondBag(sheet, design, color)
    case 'teaTin':
      return drawTeaTin(sheet, design, color)
    case 'book':
      return drawBook(sheet, design, color)
    case 'notebook':
      return drawNotebook(sheet, design, color)
    default: {
      const never: never = design
      throw new Error(`no drawing for ${JSON.stringify(never)}`)
    }
  }
}
