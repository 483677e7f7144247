// Operations over whole rows, class simd: one row at a time, sixteen elements at a time.

static float sum16(float16 v) {
  float8 a = v.lo + v.hi;
  float4 b = a.lo + a.hi;
  float2 c = b.lo + b.hi;
  return c.x + c.y;
}

static float max16(float16 v) {
  float8 a = max(v.lo, v.hi);
  float4 b = max(a.lo, a.hi);
  float2 c = max(b.lo, b.hi);
  return max(c.x, c.y);
}

#define KEEP(v, n, other) ((n) >= 16 ? (v) : select((float16)(other), v, LANE_INDEX < (float16)(n)))

// Sixteen rows of a few elements at a time, a row in each lane.
#define SHORT_ROW 8
static void softmax_of_short_rows(CONTEXT, __global const int* r, int first_row, int last_row) {
  int length = r[5];
  for (int row = first_row; row < last_row; row += 16) {
    __global const float* x = AT(r[2]) + (long)row * length;
    __global float* y = AT(r[3]) + (long)row * length;
    int rows = min(16, last_row - row);
    float lanes[SHORT_ROW][16];
    float16 v[SHORT_ROW], top = (float16)(-INFINITY), total = (float16)(0.0f);
    for (int j = 0; j < length; j++) {
      for (int i = 0; i < 16; i++) lanes[j][i] = x[min(i, rows - 1) * length + j];
      v[j] = vload16(0, lanes[j]);
      top = max(top, v[j]);
    }
    for (int j = 0; j < length; j++) {
      v[j] -= top;
      total += f_exp(v[j]);
    }
    float16 factor = 1.0f / total, shift = log(total);
    for (int j = 0; j < length; j++) {
      vstore16(r[6] ? v[j] - shift : f_exp(v[j]) * factor, 0, lanes[j]);
      for (int i = 0; i < rows; i++) y[i * length + j] = lanes[j][i];
    }
  }
}

// SOFTMAX: 2 data, 3 to, 4 rows, 5 length, 6 logarithm
static void softmax(CONTEXT, __global const int* r) {
  int length = r[5];
  SHARE(first_row, last_row, r[4])
  if (length <= SHORT_ROW) {
    softmax_of_short_rows(CONTEXT_IS, r, first_row, last_row);
    return;
  }
  for (int row = first_row; row < last_row; row++) {
    __global const float* x = AT(r[2]) + (long)row * length;
    __global float* y = AT(r[3]) + (long)row * length;
    float16 top = (float16)(-INFINITY);
    int whole = length & ~15;
    for (int i = 0; i < whole; i += 16) top = max(top, LOAD(x + i));
    if (whole < length) top = max(top, KEEP(LOAD(x + whole), length - whole, -INFINITY));
    float peak = max16(top);
    float16 sums = (float16)(0.0f);
    for (int i = 0; i < whole; i += 16) {
      float16 e = f_exp(LOAD(x + i) - peak);
      sums += e;
      if (!r[6]) STORE(y + i, e);
    }
    if (whole < length) {
      float16 e = KEEP(f_exp(LOAD(x + whole) - peak), length - whole, 0.0f);
      sums += e;
      if (!r[6]) store(y + whole, e, length - whole);
    }
    float total = sum16(sums), factor = 1.0f / total, shift = peak + log(total);
    for (int i = 0; i < length; i += 16) {
      store(y + i, r[6] ? LOAD(x + i) - shift : LOAD(y + i) * factor, length - i);
    }
  }
}

// LAYER_NORM: 2 data, 3 scale, 4 bias, 5 to, 6 rows, 7 length, 8 epsilon
static void layer_norm(CONTEXT, __global const int* r) {
  __global const float* scale = AT(r[3]);
  __global const float* bias = AT(r[4]);
  int length = r[7];
  SHARE(first_row, last_row, r[6])
  int whole = length & ~15, paired = length & ~31, rest = length - whole;
  for (int row = first_row; row < last_row; row++) {
    __global const float* x = AT(r[2]) + (long)row * length;
    __global float* y = AT(r[5]) + (long)row * length;
    // two sums at a time, as one addition has to wait for the one before
    float16 s0 = (float16)(0.0f), s1 = (float16)(0.0f);
    for (int i = 0; i < paired; i += 32) {
      s0 += LOAD(x + i);
      s1 += LOAD(x + i + 16);
    }
    if (paired < whole) s0 += LOAD(x + paired);
    if (rest) s1 += KEEP(LOAD(x + whole), rest, 0.0f);
    float mean = sum16(s0 + s1) / length;
    s0 = (float16)(0.0f);
    s1 = (float16)(0.0f);
    for (int i = 0; i < paired; i += 32) {
      float16 d0 = LOAD(x + i) - mean, d1 = LOAD(x + i + 16) - mean;
      s0 = fma(d0, d0, s0);
      s1 = fma(d1, d1, s1);
    }
    if (paired < whole) {
      float16 d = LOAD(x + paired) - mean;
      s0 = fma(d, d, s0);
    }
    if (rest) {
      float16 d = KEEP(LOAD(x + whole) - mean, rest, 0.0f);
      s1 = fma(d, d, s1);
    }
    float factor = rsqrt(sum16(s0 + s1) / length + as_float(r[8]));
    for (int i = 0; i < whole; i += 16) {
      STORE(y + i, fma((LOAD(x + i) - mean) * factor, LOAD(scale + i), LOAD(bias + i)));
    }
    if (rest) {
      float16 last = fma((LOAD(x + whole) - mean) * factor, LOAD(scale + whole), LOAD(bias + whole));
      store(y + whole, last, rest);
    }
  }
}

// REDUCE of the middle of [outer, reduced, inner]: 2 data, 3 to, 4 kind (0 sum, 1 mean, 2 max, 3 min,
//        4 product, 5 sum of squares), 5 outer, 6 reduced, 7 inner
#define NEUTRAL(kind) ((kind) == 2 ? -INFINITY : (kind) == 3 ? INFINITY : (kind) == 4 ? 1.0f : 0.0f)
static float16 combine(int kind, float16 a, float16 v) {
  return kind == 2 ? max(a, v) : kind == 3 ? min(a, v) : kind == 4 ? a * v : kind == 5 ? fma(v, v, a) : a + v;
}

static void reduce(CONTEXT, __global const int* r) {
  int kind = r[4], reduced = r[6], inner = r[7];
  float factor = kind == 1 ? 1.0f / reduced : 1.0f;
  __global const float* data = AT(r[2]);
  __global float* to = AT(r[3]);
  if (inner > 1) {
    int vectors = (inner + 15) / 16;
    SHARE(first_row, last_row, r[5] * vectors)
    for (int t = first_row; t < last_row; t++) {
      int o = t / vectors, col = (t - o * vectors) * 16;
      __global const float* x = data + (long)o * reduced * inner + col;
      float16 a = (float16)(NEUTRAL(kind));
      for (int i = 0; i < reduced; i++) a = combine(kind, a, LOAD(x + (long)i * inner));
      store(to + (long)o * inner + col, a * factor, inner - col);
    }
    return;
  }
  SHARE(first_row, last_row, r[5])
  for (int row = first_row; row < last_row; row++) {
    __global const float* x = data + (long)row * reduced;
    float16 a = (float16)(NEUTRAL(kind));
    for (int i = 0; i < reduced; i += 16) a = combine(kind, a, KEEP(LOAD(x + i), reduced - i, kind == 5 ? 0.0f : NEUTRAL(kind)));
    float result = kind == 2 ? max16(a) : kind == 3 ? -max16(-a) : sum16(a);
    if (kind == 4) {
      float lanes[16];
      vstore16(a, 0, lanes);
      result = 1.0f;
      for (int i = 0; i < 16; i++) result *= lanes[i];
    }
    to[row] = result * factor;
  }
}
