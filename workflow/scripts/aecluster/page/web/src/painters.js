// Draw the points of a map: by WebGL, or on a plain canvas where there is none.

const VERTEX = `
attribute vec2 point; attribute vec4 colour; attribute float shape;
uniform vec3 transform; uniform vec2 size; uniform float diameter;
varying vec4 tint; varying float kind;
void main() {
  vec2 screen = point * transform.x + transform.yz;
  gl_Position = vec4(screen.x / size.x * 2.0 - 1.0, 1.0 - screen.y / size.y * 2.0, 0.0, 1.0);
  gl_PointSize = diameter;
  tint = colour; kind = shape;
}`

// The shapes of colours.js: a disc, a cross, a triangle, a plus.
const FRAGMENT = `
precision mediump float;
varying vec4 tint; varying float kind;
void main() {
  vec2 p = gl_PointCoord * 2.0 - 1.0;
  vec2 q = vec2(p.x + p.y, p.x - p.y) * 0.7071;
  bool inside = kind < 0.5 ? dot(p, p) < 1.0
    : kind < 1.5 ? min(abs(q.x), abs(q.y)) < 0.28
    : kind < 2.5 ? p.y > -0.9 && p.y < 0.9 && abs(p.x) < (p.y + 0.9) * 0.55
    : min(abs(p.x), abs(p.y)) < 0.28;
  if (!inside) discard;
  gl_FragColor = vec4(tint.rgb * tint.a, tint.a);
}`

export function makePainter(canvas) {
  const gl = canvas.getContext("webgl", {premultipliedAlpha: true, antialias: false})
  return gl ? new GlPainter(gl, canvas) : new CanvasPainter(canvas)
}

class GlPainter {
  constructor(gl, canvas) {
    Object.assign(this, {gl, canvas, kind: "webgl"})
    canvas.addEventListener("webglcontextlost", (event) => event.preventDefault())
    canvas.addEventListener("webglcontextrestored", () => {
      this.start()
      this.setPlane(this.plane)
      this.setLooks(...this.looks)
      this.draw(...this.last)
    })
    this.start()
  }

  start() {
    const {gl} = this
    const program = this.program = gl.createProgram()
    for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(type)
      gl.shaderSource(shader, source)
      gl.compileShader(shader)
      gl.attachShader(program, shader)
    }
    gl.linkProgram(program)
    gl.useProgram(program)
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
    this.buffers = {}
    this.at = (name) => gl.getUniformLocation(program, name)
  }

  attribute(name, data, size, type, normalized) {
    const {gl} = this
    this.buffers[name] ??= gl.createBuffer()
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[name])
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW)
    const place = gl.getAttribLocation(this.program, name)
    gl.enableVertexAttribArray(place)
    gl.vertexAttribPointer(place, size, type, normalized, 0, 0)
  }

  setPlane(plane) {
    this.plane = plane
    const points = new Uint16Array(2 * plane.x.length)
    for (let i = 0; i < plane.x.length; i++) {
      points[2 * i] = plane.x[i]
      points[2 * i + 1] = plane.y[i]
    }
    this.attribute("point", points, 2, this.gl.UNSIGNED_SHORT, false)
  }

  // `colours`: four bytes a point; `order`: the points, from below to above.
  setLooks(colours, shapes, order) {
    this.looks = [colours, shapes, order]
    const {gl} = this
    this.attribute("colour", colours, 4, gl.UNSIGNED_BYTE, true)
    this.attribute("shape", shapes, 1, gl.UNSIGNED_BYTE, false)
    this.buffers.order ??= gl.createBuffer()
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.buffers.order)
    this.wide = gl.getExtension("OES_element_index_uint")
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, this.wide ? order : Uint16Array.from(order), gl.STATIC_DRAW)
    this.count = order.length
  }

  draw(transform, width, height, diameter, ratio) {
    this.last = [transform, width, height, diameter, ratio]
    const {gl} = this
    gl.viewport(0, 0, this.canvas.width, this.canvas.height)
    gl.clearColor(0, 0, 0, 0)
    gl.clear(gl.COLOR_BUFFER_BIT)
    gl.uniform3f(this.at("transform"), transform.k, transform.x, transform.y)
    gl.uniform2f(this.at("size"), width, height)
    gl.uniform1f(this.at("diameter"), diameter * ratio)
    gl.drawElements(gl.POINTS, this.count, this.wide ? gl.UNSIGNED_INT : gl.UNSIGNED_SHORT, 0)
  }
}

class CanvasPainter {
  constructor(canvas) {
    Object.assign(this, {canvas, context: canvas.getContext("2d"), kind: "canvas"})
  }

  setPlane(plane) {
    this.plane = plane
  }

  setLooks(colours, shapes, order) {
    Object.assign(this, {colours, order})
  }

  draw(transform, width, height, diameter, ratio) {
    const {context, plane, colours, order} = this
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.clearRect(0, 0, width, height)
    const side = diameter * 0.86
    let last = -1
    const packed = new Uint32Array(colours.buffer)
    for (const i of order) {
      const x = plane.x[i] * transform.k + transform.x
      const y = plane.y[i] * transform.k + transform.y
      if (x < -side || y < -side || x > width + side || y > height + side) continue
      if (packed[i] !== last) {
        last = packed[i]
        const [r, g, b, a] = colours.subarray(4 * i, 4 * i + 4)
        context.fillStyle = `rgba(${r},${g},${b},${a / 255})`
      }
      context.fillRect(x - side / 2, y - side / 2, side, side)
    }
  }
}
