import type { PictureDesign, PictureKind } from '../../products/designs.ts'

/** The design of one kind. */
export type DesignOf<K extends PictureKind> = Extract<PictureDesign, { kind: K }>

/** A part of the plane to show: its middle, and its width in units; the height follows from the picture's shape. */
export type Cut = { at: readonly [x: number, y: number]; width: number }

/** What each drawing gives back: what the whole picture shows, and where a customer would look closely. */
export type Cuts = { front: Cut; detail: Cut }
