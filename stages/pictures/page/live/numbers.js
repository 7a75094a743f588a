// Sines, random numbers, and the numbers of a policy.
//
// The polynomials of stages/rl/engine/elementary.py, in its order of operations: the same bits.
const S1 = -1.66666666666666324348e-1, S2 = 8.33333333332248946124e-3;
const S3 = -1.98412698298579493134e-4, S4 = 2.75573137070700676789e-6;
const S5 = -2.50507602534068634195e-8, S6 = 1.58969099521155010221e-10;
const C1 = 4.16666666666666019037e-2, C2 = -1.38888888888741095749e-3;
const C3 = 2.48015872894767294178e-5, C4 = -2.75573143513906633035e-7;
const C5 = 2.08757232129817482790e-9, C6 = -1.13596475577881948265e-11;
const TWO_OVER_PI = 6.36619772367581382433e-1;
const HALF_PI_HIGH = 1.57079632673412561417, HALF_PI_LOW = 6.07710050650619224932e-11;

// Sine and cosine of an angle up to pi/4.
function sinCosNearZero(x) {
  const z = x * x;
  const sine = x + x * z * (S1 + z * (S2 + z * (S3 + z * (S4 + z * (S5 + z * S6)))));
  const half = 0.5 * z, top = 1 - half;
  const tail = z * z * (C1 + z * (C2 + z * (C3 + z * (C4 + z * (C5 + z * C6)))));
  return [sine, top + (1 - top - half + tail)];
}

// Sine and cosine of any angle up to 10,000.
function sinCos(x) {
  const quarters = Math.floor(x * TWO_OVER_PI + 0.5);
  const near = sinCosNearZero(x - quarters * HALF_PI_HIGH - quarters * HALF_PI_LOW);
  const turned = quarters - 4 * Math.floor(0.25 * quarters);
  const [first, second] = turned % 2 ? [near[1], near[0]] : near;
  return [turned < 2 ? first : -first, turned > 0 && turned < 3 ? -second : second];
}

// A generator of random numbers below 1: mulberry32, by Tommy Ettinger, 2017.
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}

const between = (low, high, random) => low + (high - low) * random();
const clipped = (x, low, high) => Math.min(Math.max(x, low), high);

// A number in three digits, with a true minus sign.
const number = (value, digits = 3) => Number(value.toPrecision(digits)).toLocaleString("en").replace("-", "\u2212");
const grouped = (count) => count.toLocaleString("en");
const bracketed = (value) => (value < 0 ? `(${number(value, 4)})` : number(value, 4));

// Float64 numbers from base64, the lowest byte first.
const decoded = (text) =>
  new Float64Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
