// Kernels that find indices or write where indices tell. Integers and reals go through one code: a real's
// place in the order of all reals is an int.

#if WIDTH > 1
#define LANES TO_I(LANE_INDEX)
#else
#define LANES 0
#endif

// Both zeros are equal; a NaN is above all others.
static I order_of(V v, int integers) {
  if (integers) return AS_I(v);
  I bits = AS_I(v + 0.0f);
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

// ARG_BEST along the middle of [outer, length, inner]: 2 data, 3 to, 4 outer, 5 length, 6 inner,
//          7 largest, 8 the last among equals, 9 integers
static void arg_best(CONTEXT, __global const int* r) {
  int length = r[5], inner = r[6], last = r[8], integers = r[9];
  I flip = (I)(r[7] ? 0 : -1);
  EACH(r[4], inner)
    __global const float* x = AT(r[2]) + (long)row * length * inner + col;
    I best = order_of(LOAD(x), integers) ^ flip, place = (I)(0);
    for (int i = 1; i < length; i++) {
      I v = order_of(LOAD(x + (long)i * inner), integers) ^ flip;
      I better = last ? v >= best : v > best;
      best = select(best, v, better);
      place = select(place, (I)(i), better);
    }
    store(AT(r[3]) + (long)row * inner + col, AS_V(place), lanes);
  END
}

// TOP_INDICES of rows, in the order of their elements: 2 data, 3 to, 4 rows, 5 length, 6 how many,
//             7 largest, 8 integers
// An element's place is the number of those that come before it.
static void top_indices(CONTEXT, __global const int* r) {
  int length = r[5], count = r[6], integers = r[8];
  I flip = (I)(r[7] ? 0 : -1);
  EACH(r[4], length)
    __global const float* x = AT(r[2]) + (long)row * length;
    __global int* to = (__global int*)AT(r[3]) + (long)row * count;
    I own = order_of(LOAD(x + col), integers) ^ flip, index = LANES + col, before = (I)(0);
    for (int i = 0; i < length; i++) {
      I other = order_of((V)(x[i]), integers) ^ flip;
      before += TRUTH((other > own) | ((other == own) & ((I)(i) < index)));
    }
    const int* place = (const int*)&before;
    for (int k = 0; k < lanes; k++) {
      if (place[k] < count) to[place[k]] = col + k;
    }
  END
}

// CUM_SUM along the middle of [outer, length, inner]: 2 data, 3 to, 4 outer, 5 length, 6 inner,
//         7 exclusive, 8 from the end, 9 integers
static void cum_sum(CONTEXT, __global const int* r) {
  int length = r[5], inner = r[6], exclusive = r[7], integers = r[9];
  EACH(r[4], inner)
    V sum = (V)(0.0f);
    for (int i = 0; i < length; i++) {
      long offset = ((long)row * length + (r[8] ? length - 1 - i : i)) * inner + col;
      V v = LOAD(AT(r[2]) + offset);
      V next = integers ? AS_V(AS_I(sum) + AS_I(v)) : sum + v;
      store(AT(r[3]) + offset, exclusive ? sum : next, lanes);
      sum = next;
    }
  END
}

// SCATTER: 2 indices, 3 updates [steps, columns], 4 to, 5 steps, 6 columns, 7 slices, 8 extent, 9 whether
//          every column has indices of its own, 10 reduction (0 none, 1 add, 2 multiply, 3 min, 4 max),
//          11 integers
// With indices [steps, columns] `to` has `extent` elements; with [steps] it has so many rows of `columns`.
// Columns are independent of one another, except that those with indices of their own must not meet;
// steps are done in order. Each slice of `to` has its own writer, which passes over the others' indices.
static float scattered(float old, float v, int reduction, int integers) {
  if (integers) {
    int a = as_int(old), b = as_int(v);
    return as_float(reduction == 0 ? b : reduction == 1 ? a + b : reduction == 2 ? a * b
                    : reduction == 3 ? min(a, b) : max(a, b));
  }
  return reduction == 0 ? v : reduction == 1 ? old + v : reduction == 2 ? old * v
         : reduction == 3 ? min(old, v) : max(old, v);
}

static void scatter(CONTEXT, __global const int* r) {
  __global const int* indices = (__global const int*)AT(r[2]);
  __global const float* updates = AT(r[3]);
  __global float* to = AT(r[4]);
  int steps = r[5], columns = r[6], slices = r[7], extent = r[8], own = r[9];
  EACH(slices, columns)
    int low = (int)((long)extent * row / slices), high = (int)((long)extent * (row + 1) / slices);
    for (int s = 0; s < steps; s++) {
      for (int k = 0; k < lanes; k++) {
        int c = col + k, index = indices[own ? (long)s * columns + c : s];
        index = index < 0 ? index + extent : index;
        if (index < 0 || index >= extent) { // the host refuses the request
          ((__global int*)arena)[FAULT] = control[RUN];
        } else if (index >= low && index < high) {
          __global float* q = to + (own ? index : (long)index * columns + c);
          *q = scattered(*q, updates[(long)s * columns + c], r[10], r[11]);
        }
      }
    }
  END
}

// POOL_INDICES: where in [N,C,D,H,W] each window over [N,D,H,W,C] has its greatest element: 2 data, 3 to,
//               4 N, 5 C, then D, H, W of: 6 data, 9 output, 12 kernel, 15 strides, 18 padding before,
//               21 dilations, 24 how far apart the indices of neighbours are
static void pool_indices(CONTEXT, __global const int* r) {
  __global const float* data = AT(r[2]);
  int C = r[5], D = r[6], H = r[7], W = r[8], OD = r[9], OH = r[10], OW = r[11];
  EACH(r[4] * OD * OH * OW, C)
    int ox = row % OW, oy = (row / OW) % OH, oz = (row / (OW * OH)) % OD, n = row / (OW * OH * OD);
    V best = (V)(-INFINITY);
    I place = (I)(0);
    int first = 1;
    for (int k = 0; k < r[12] * r[13] * r[14]; k++) {
      int kx = k % r[14], ky = (k / r[14]) % r[13], kz = k / (r[14] * r[13]);
      int z = oz * r[15] - r[18] + kz * r[21], y = oy * r[16] - r[19] + ky * r[22];
      int x = ox * r[17] - r[20] + kx * r[23];
      if (z < 0 || z >= D || y < 0 || y >= H || x < 0 || x >= W) continue;
      V v = LOAD(data + (((long)n * D + z) * H * W + y * W + x) * C + col);
      I better = first ? (I)(-1) : (I)(v > best);
      best = select(best, v, better);
      place = select(place, (I)(z * r[24] + y * r[25] + x * r[26]), better);
      first = 0;
    }
    I image = (LANES + (n * C + col)) * (D * H * W);
    store(AT(r[3]) + (long)row * C + col, AS_V(place + image), lanes);
  END
}
