// A canvas WIDTH units wide, in the colours of the page.
const WIDTH = 264, INK = "#222222", GOLD = "#f2c14e";
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function mixed(colour, other, share) {
  const parts = [1, 3, 5].map((at) => {
    const [one, two] = [colour, other].map((c) => parseInt(c.slice(at, at + 2), 16));
    return Math.round(one + (two - one) * share).toString(16).padStart(2, "0");
  });
  return `#${parts.join("")}`;
}

// The colour of an agent, lighter on a dark page.
const onPaper = (colour) => (dark.matches ? mixed(colour, "#ffffff", 0.4) : colour);

class Pen {
  constructor(canvas, height) {
    Object.assign(this, { canvas, height, context: canvas.getContext("2d") });
    canvas.style.aspectRatio = `${WIDTH} / ${height}`;
  }

  // Clear it, with as many pixels as the screen shows, in the page's colours.
  begin() {
    const { canvas, context, height } = this, wide = canvas.clientWidth || WIDTH;
    if (this.wide !== wide || this.dark !== dark.matches) {
      const style = getComputedStyle(canvas), of = (name) => style.getPropertyValue(`--${name}`).trim();
      [this.ink, this.paper, this.soft, this.faint] = ["ink", "paper", "soft", "line"].map(of);
      Object.assign(this, { wide, dark: dark.matches, font: style.fontFamily });
      this.scale = (wide * (window.devicePixelRatio || 1)) / WIDTH;
      canvas.width = Math.round(WIDTH * this.scale);
      canvas.height = Math.round(height * this.scale);
    }
    context.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    context.clearRect(0, 0, WIDTH, height);
  }

  trace(points) {
    this.context.beginPath();
    points.forEach(([x, y], i) => (i ? this.context.lineTo(x, y) : this.context.moveTo(x, y)));
  }

  line(points, colour, width = 1, dashes = []) {
    Object.assign(this.context, { strokeStyle: colour, lineWidth: width, lineJoin: "round" });
    this.context.setLineDash(dashes);
    this.trace(points);
    this.context.stroke();
  }

  polygon(corners, colour) {
    this.context.fillStyle = colour;
    this.trace(corners);
    this.context.fill();
  }

  box(left, top, right, bottom, colour) {
    this.context.fillStyle = colour;
    this.context.fillRect(left, top, right - left, bottom - top);
  }

  disc([x, y], radius, colour, edge = colour) {
    const { context } = this;
    Object.assign(context, { fillStyle: colour, strokeStyle: edge, lineWidth: 1.5 });
    context.setLineDash([]);
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }

  // The head of an arrow, from its middle, along a direction of length 1.
  arrow([x, y], [dx, dy], colour, size = 1) {
    const at = (along, aside) => [x + dx * along + dy * aside, y + dy * along - dx * aside];
    this.polygon([at(-3 * size, 4 * size), at(3 * size, 0), at(-3 * size, -4 * size)], colour);
  }

  text([x, y], text, colour, align = "center", size = 10) {
    const { context } = this, least = (10 * WIDTH) / this.wide; // pixels
    context.font = `${Math.max(size, least)}px ${this.font}`;
    Object.assign(context, { fillStyle: colour, textAlign: align, textBaseline: "middle" });
    context.fillText(text, x, y);
  }
}
