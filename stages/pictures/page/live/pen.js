// Draws on a canvas in the pixels of the animations' panels, in the colours of the page.
"use strict";
{
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const SHADE = 0.4; // of white in a colour on a dark page

  const mixed = (colour, other, share) => {
    const parts = [1, 3, 5].map((at) => {
      const [one, two] = [colour, other].map((c) => parseInt(c.slice(at, at + 2), 16));
      return Math.round(one + (two - one) * share).toString(16).padStart(2, "0");
    });
    return `#${parts.join("")}`;
  };

  live.WIDTH = 264;
  live.ICE = "#d7e9f4";
  live.PIT = "#6f8798";
  live.GOLD = "#f2c14e";
  live.INK = "#222222"; // on those

  // The colour of an agent, on the paper of the page.
  live.onPaper = (colour) => (dark.matches ? mixed(colour, "#ffffff", SHADE) : colour);
  live.pale = (colour) => mixed(colour, dark.matches ? "#16181b" : "#ffffff", 0.6);
  live.whenColoursChange = (redraw) => dark.addEventListener("change", redraw);

  live.Pen = class {
    constructor(canvas, height) {
      this.canvas = canvas;
      this.height = height;
      this.context = canvas.getContext("2d");
      canvas.style.aspectRatio = `${live.WIDTH} / ${height}`;
      this.fit();
    }

    // Take as many pixels as the screen shows, and the page's colours.
    fit() {
      const wide = this.canvas.clientWidth || live.WIDTH;
      this.scale = (wide * (window.devicePixelRatio || 1)) / live.WIDTH;
      this.canvas.width = Math.round(live.WIDTH * this.scale);
      this.canvas.height = Math.round(this.height * this.scale);
      const style = getComputedStyle(this.canvas);
      const of = (name) => style.getPropertyValue(`--${name}`).trim();
      [this.ink, this.paper, this.soft, this.faint] = ["ink", "paper", "soft", "line"].map(of);
      this.font = style.fontFamily;
    }

    clear() {
      this.context.setTransform(this.scale, 0, 0, this.scale, 0, 0);
      this.context.clearRect(0, 0, live.WIDTH, this.height);
    }

    line(points, colour, width = 1) {
      const { context } = this;
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.lineJoin = "round";
      context.beginPath();
      points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
      context.stroke();
    }

    polygon(corners, colour) {
      const { context } = this;
      context.fillStyle = colour;
      context.beginPath();
      corners.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
      context.fill();
    }

    box(left, top, right, bottom, colour) {
      this.context.fillStyle = colour;
      this.context.fillRect(left, top, right - left, bottom - top);
    }

    disc([x, y], radius, colour) {
      this.context.fillStyle = colour;
      this.context.beginPath();
      this.context.arc(x, y, radius, 0, 2 * Math.PI);
      this.context.fill();
    }

    ring([x, y], radius, colour, width) {
      this.context.strokeStyle = colour;
      this.context.lineWidth = width;
      this.context.beginPath();
      this.context.arc(x, y, radius, 0, 2 * Math.PI);
      this.context.stroke();
    }

    // A bar from the middle of its foot along a direction of length 1; returns its top.
    bar([x, y], [dx, dy], length, width, colour) {
      const half = width / 2, top = [x + dx * length, y + dy * length];
      this.polygon([
        [x + dy * half, y - dx * half],
        [x - dy * half, y + dx * half],
        [top[0] - dy * half, top[1] + dx * half],
        [top[0] + dy * half, top[1] - dx * half],
      ], colour);
      return top;
    }

    // The head of an arrow that points along a direction of length 1.
    arrow([x, y], [dx, dy], colour, size = 1) {
      const length = 6 * size, half = 4 * size;
      const back = [x - dx * length, y - dy * length];
      this.polygon([
        [back[0] + dy * half, back[1] - dx * half],
        [x + dx * length, y + dy * length],
        [back[0] - dy * half, back[1] + dx * half],
      ], colour);
    }

    text([x, y], text, colour, align = "center") {
      const { context } = this;
      context.fillStyle = colour;
      context.font = `11px ${this.font}`;
      context.textAlign = align;
      context.textBaseline = "middle";
      context.fillText(text, x, y);
    }
  };
}
