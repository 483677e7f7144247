// Elements that change place. All units are elements of four bytes.

// COPY: 2 from, 3 to, 4 dims (6, outermost first), 10 strides of from (6), 16 strides of to (6)
// The planner merges axes and puts the one with the smallest output stride last.
static void copy_box(CONTEXT, __global const int* r) {
  __global const float* from = AT(r[2]);
  __global float* to = AT(r[3]);
  int d1 = r[5], d2 = r[6], d3 = r[7], d4 = r[8], cols = r[9];
  int rows = r[4] * d1 * d2 * d3 * d4;
  int fs = r[15], ts = r[21];
  EACH(rows, cols)
    int rest = row, a = 0, b = 0, i;
    i = rest % d4; rest /= d4; a += i * r[14]; b += i * r[20];
    if (rest) { i = rest % d3; rest /= d3; a += i * r[13]; b += i * r[19]; }
    if (rest) { i = rest % d2; rest /= d2; a += i * r[12]; b += i * r[18]; }
    if (rest) { i = rest % d1; rest /= d1; a += i * r[11]; b += i * r[17]; a += rest * r[10]; b += rest * r[16]; }
    __global const float* p = from + a + col * fs;
    __global float* q = to + b + col * ts;
    if (fs == 1 && ts == 1) {
      store(q, LOAD(p), lanes);
    } else {
      for (int k = 0; k < lanes; k++) q[k * ts] = p[k * fs];
    }
  END
}

// INTERLEAVE of a few rows, element by element: 2 from, 3 to, 4 dims (4, outermost first; the last one
//   counts the columns of a row), 8 strides of from (4), 12 strides of to (4), 16 rows, 17 their stride
// As copy_box, where the fastest axis of the output is short and the columns of the input are adjacent:
// pixels of channels, channels of groups.
static void interleave(CONTEXT, __global const int* r) {
  __global const float* from = AT(r[2]);
  __global float* to = AT(r[3]);
  int d1 = r[5], d2 = r[6], cols = r[7], parts_in = r[16], step = r[17];
  EACH(r[4] * d1 * d2, cols)
    int i = row % d2, rest = row / d2, j = rest % d1, k = rest / d1;
    __global const float* p = from + k * r[8] + j * r[9] + i * r[10] + col;
    __global float* q = to + k * r[12] + j * r[13] + i * r[14] + col * parts_in;
    store_interleaved(q, p, step, parts_in, lanes);
  END
}

// FILL: 2 to, 3 count, 4 value
static void fill(CONTEXT, __global const int* r) {
  __global float* to = AT(r[2]);
  V value = (V)(as_float(r[4]));
  EACH(1, r[3])
    store(to + col, value, lanes);
  END
}

// GATHER: 2 data, 3 indices, 4 to, 5 outer, 6 extent, 7 count, 8 inner
static void gather(CONTEXT, __global const int* r) {
  __global const float* data = AT(r[2]);
  __global const int* indices = (__global const int*)AT(r[3]);
  __global float* to = AT(r[4]);
  int extent = r[6], count = r[7], inner = r[8];
  EACH(r[5] * count, inner)
    int o = row / count;
    int index = indices[row - o * count];
    index = index < 0 ? index + extent : index;
    if (index < 0 || index >= extent) { // the host refuses the request; memory stays safe meanwhile
      ((__global int*)arena)[FAULT] = control[RUN];
      index = 0;
    }
    store(to + (long)row * inner + col, LOAD(data + ((long)o * extent + index) * inner + col), lanes);
  END
}
