/** Distances on the earth. */

/** Degrees, north and east positive (WGS 84). */
export type GeoPoint = { latitude: number; longitude: number }

/** Mean radius of the earth (IUGG: 6,371.0 km). The sphere is within 0.6 % of the ellipsoid, enough to rank shops. */
const earthRadiusKm = 6_371

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180
}

function checkPoint({ latitude, longitude }: GeoPoint): void {
  // Written so that NaN fails too.
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) {
    throw new RangeError(`no place on earth has latitude ${latitude}, longitude ${longitude}`)
  }
}

/**
 * Great-circle distance in km by the haversine formula (Sinnott, "Virtues of the Haversine", 1984), which stays exact for
 * neighboring points where the spherical law of cosines loses its digits.
 * @throws RangeError when a latitude is beyond ±90 or a longitude beyond ±180 degrees
 */
export function distanceKm(from: GeoPoint, to: GeoPoint): number {
  checkPoint(from)
  checkPoint(to)
  const latitude = Math.sin(radians(to.latitude - from.latitude) / 2)
  const longitude = Math.sin(radians(to.longitude - from.longitude) / 2)
  const chord = latitude ** 2 + Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * longitude ** 2
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(chord)))
}
