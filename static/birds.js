// The flock of the sign-in sky and the drift of empty places: birds on a ribbon that turns about its own spine, so that the folds darken and the
// edges sharpen by themselves. The numbers come from a seed, never from chance: two builds draw the same birds.

export const GULL =
  "M0 5.6C2 1.9 4.3 1.5 6.1 4.1C7.7 1.2 10 1.3 12 4.6C10.1 3.4 8.2 3.9 6.4 7C4.5 4.3 2.3 4.1 0 5.6Z";

function dice(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    normal: (spread) => spread * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

function spine(points) {
  const last = points.length - 1;
  const blend = (a, b, c, d, f) => 0.5 * (2 * b + (c - a) * f + (2 * a - 5 * b + 4 * c - d) * f * f + (3 * b - a - 3 * c + d) * f ** 3);
  return (t) => {
    const i = Math.min(Math.floor(t * last), last - 1);
    const f = t * last - i;
    const [p, q, r, s] = [points[Math.max(i - 1, 0)], points[i], points[i + 1], points[Math.min(i + 2, last)]];
    return [blend(p[0], q[0], r[0], s[0], f), blend(p[1], q[1], r[1], s[1], f)];
  };
}

function ribbon({ birds, seed, points, swells, twist, spread, size }) {
  const chance = dice(seed);
  const at = spine(points);
  const width = (t) => swells.reduce((sum, [height, middle, reach]) => sum + height * Math.exp(-(((t - middle) / reach) ** 2)), 0);
  const steps = Array.from({ length: 501 }, (_, i) => i / 500);
  let total = 0;
  const reached = steps.map((t) => (total += width(t) ** 0.9 + 4));
  const flock = [];
  for (let i = 0; i < birds; i++) {
    const mark = chance.next() * total;
    const found = reached.findIndex((sum) => sum > mark);
    const t = Math.min(1, Math.max(0, steps[found < 0 ? 500 : found] + chance.between(-0.004, 0.004)));
    let [x, y] = at(t);
    const [aheadX, aheadY] = at(Math.min(1, t + 0.012));
    const heading = t < 0.985 ? Math.atan2(aheadY - y, aheadX - x) : -0.5;
    let side = chance.between(-1, 1);
    side = Math.sign(side) * Math.abs(side) ** 0.85;
    const w = width(t);
    const phase = twist(t);
    let off = side * w * Math.cos(phase) + 0.16 * w * Math.sin(phase);
    if (chance.next() < 0.035) off *= chance.between(1.1, 1.9);
    x += -Math.sin(heading) * off + chance.normal(spread);
    y += Math.cos(heading) * off + chance.normal(spread);
    const depth = (side * Math.sin(phase) + 1) / 2;
    flock.push({
      x,
      y,
      heading: heading + chance.normal(0.25),
      depth,
      length: (size[0] + (size[1] - size[0]) * depth ** 1.3) * chance.between(0.75, 1.25),
      flap: chance.between(0.7, 1.2),
    });
  }
  return { flock, end: at(1) };
}

function drawn({ flock, end }, { id, box, levels, lead }) {
  const short = (n) => String(Math.round(n * 10) / 10);
  const paths = levels.map(() => []);
  for (const bird of flock) {
    const wing = (sign) => {
      const angle = bird.heading + Math.PI + sign * bird.flap;
      return [bird.length * Math.cos(angle), bird.length * Math.sin(angle)];
    };
    const [ax, ay] = wing(1);
    const [bx, by] = wing(-1);
    const level = Math.max(0, Math.min(levels.length - 1, Math.floor(bird.depth * levels.length)));
    paths[level].push(`M${short(bird.x + ax)} ${short(bird.y + ay)}l${short(-ax)} ${short(-ay)} ${short(bx)} ${short(by)}`);
  }
  const strokes = paths.map((path, i) => `<path d="${path.join("")}" stroke-opacity="${levels[i][0]}" stroke-width="${levels[i][1]}"/>`).join("");
  const [dx, dy, turn, scale] = lead;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${box[0]} ${box[1]}"><g id="${id}">` +
    `<g fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round">${strokes}</g>` +
    `<path d="${GULL}" transform="translate(${Math.round(end[0] + dx)} ${Math.round(end[1] + dy)}) rotate(${turn}) scale(${scale})" fill="var(--mm-accent, #0a655e)"/>` +
    `</g></svg>\n`
  );
}

/** The sign-in sky: 1,350 birds in a box of 720 x 900. */
export const sky = () =>
  drawn(
    ribbon({
      birds: 1350,
      seed: 5,
      points: [[20, 612], [130, 560], [228, 470], [330, 360], [440, 330], [540, 388], [610, 430], [668, 352]],
      swells: [[40, 0.22, 0.12], [26, 0.4, 0.09], [118, 0.63, 0.13], [22, 0.88, 0.07], [6, 0.05, 0.2]],
      twist: (t) => 0.35 + 2.9 * t + 0.9 * Math.sin(5.5 * t),
      spread: 2.2,
      size: [1.5, 2.9],
    }),
    { id: "flock", box: [720, 900], levels: [[0.3, 0.75], [0.46, 0.9], [0.66, 1.05], [0.9, 1.25]], lead: [4, -28, -30, 1.6] },
  );

/** The drift of an empty place: 210 birds in a box of 290 x 100. */
export const drift = () =>
  drawn(
    ribbon({
      birds: 210,
      seed: 9,
      points: [[6, 74], [60, 60], [120, 34], [178, 30], [226, 50], [262, 40]],
      swells: [[12, 0.3, 0.16], [24, 0.62, 0.16], [4, 0.9, 0.1], [2, 0.1, 0.2]],
      twist: (t) => 0.3 + 2.6 * t,
      spread: 1.5,
      size: [1.7, 3.1],
    }),
    { id: "drift", box: [290, 100], levels: [[0.4, 0.8], [0.62, 1], [0.85, 1.2]], lead: [3, -16, -28, 1.2] },
  );
