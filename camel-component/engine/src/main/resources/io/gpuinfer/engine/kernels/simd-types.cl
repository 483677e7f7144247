// Class simd: CPU devices. One work-item per group; sixteen lanes per vector; each group takes one
// contiguous share of the work, so that neighbouring rows stay in one core's cache.

typedef float16 V;
typedef int16 I;
#define WIDTH 16
// Vectors in memory need not be aligned. PoCL's own vload16 and vstore16 move four lanes at a time.
typedef float16 __attribute__((aligned(4))) unaligned_float16;
#define LOAD(p) (*(__global const unaligned_float16*)(p))
#define STORE(p, v) (*(__global unaligned_float16*)(p) = (v))
#define TO_V(x) convert_float16(x)
#define TO_I(x) convert_int16_rtz(x)
#define AS_V(x) as_float16(x)
#define AS_I(x) as_int16(x)
#define LANE_INDEX ((float16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))

// The first n lanes. Reading past the end of a row is harmless, as every buffer is padded; writing is
// not, since the next row belongs to another group.
static void store(__global float* p, V v, int n) {
  if (n >= 16) {
    STORE(p, v);
    return;
  }
  float8 rest = v.lo;
  if (n & 8) {
    vstore8(rest, 0, p);
    rest = v.hi;
    p += 8;
  }
  float4 rest4 = rest.lo;
  if (n & 4) {
    vstore4(rest4, 0, p);
    rest4 = rest.hi;
    p += 4;
  }
  float2 rest2 = rest4.lo;
  if (n & 2) {
    vstore2(rest2, 0, p);
    rest2 = rest4.hi;
    p += 2;
  }
  if (n & 1) {
    *p = rest2.x;
  }
}

// Two vectors element by element: lower and upper half.
static float16 zip_low(float16 a, float16 b) {
  return (float16)(a.s0, b.s0, a.s1, b.s1, a.s2, b.s2, a.s3, b.s3, a.s4, b.s4, a.s5, b.s5, a.s6, b.s6, a.s7, b.s7);
}

static float16 zip_high(float16 a, float16 b) {
  return (float16)(a.s8, b.s8, a.s9, b.s9, a.sa, b.sa, a.sb, b.sb, a.sc, b.sc, a.sd, b.sd, a.se, b.se, a.sf, b.sf);
}

// The first n elements of two to four rows, `step` apart, element by element.
static void store_interleaved(__global float* q, __global const float* p, int step, int rows, int n) {
  float16 a = LOAD(p), b = LOAD(p + step), out[4];
  if (rows == 2) {
    out[0] = zip_low(a, b);
    out[1] = zip_high(a, b);
  } else if (rows == 3) {
    float16 c = LOAD(p + 2 * step);
    out[0] = (float16)(a.s0, b.s0, c.s0, a.s1, b.s1, c.s1, a.s2, b.s2, c.s2, a.s3, b.s3, c.s3, a.s4, b.s4, c.s4, a.s5);
    out[1] = (float16)(b.s5, c.s5, a.s6, b.s6, c.s6, a.s7, b.s7, c.s7, a.s8, b.s8, c.s8, a.s9, b.s9, c.s9, a.sa, b.sa);
    out[2] = (float16)(c.sa, a.sb, b.sb, c.sb, a.sc, b.sc, c.sc, a.sd, b.sd, c.sd, a.se, b.se, c.se, a.sf, b.sf, c.sf);
  } else {
    float16 c = LOAD(p + 2 * step), d = LOAD(p + 3 * step);
    float16 ac = zip_low(a, c), bd = zip_low(b, d);
    out[0] = zip_low(ac, bd);
    out[1] = zip_high(ac, bd);
    ac = zip_high(a, c);
    bd = zip_high(b, d);
    out[2] = zip_low(ac, bd);
    out[3] = zip_high(ac, bd);
  }
  int left = n * rows;
  for (int i = 0; i < rows && left > 0; i++, left -= 16) store(q + 16 * i, out[i], left);
}

// This part's share of so many rows or tasks. A pass hands a worker about the same part of the data as
// the pass before, so that it often is in its core's cache still.
#define SHARE(first, last, count)                  \
  int first = (int)((long)(count) * part / parts); \
  int last = (int)((long)(count) * (part + 1) / parts);

// Runs the block between EACH and END once for every vector of `cols` columns in every row: `row` and
// `col` say where, `lanes` how many of the vector's lanes count.
#define CHUNK 1024
#define EACH(rows, cols)                                                                      \
  {                                                                                           \
    int chunks_ = ((cols) + CHUNK - 1) / CHUNK;                                               \
    long tasks_ = (long)(rows) * chunks_;                                                     \
    SHARE(first_, last_, tasks_)                                                              \
    for (int task_ = first_; task_ < last_; task_++) {                                        \
      int row = chunks_ == 1 ? task_ : task_ / chunks_;                                       \
      int from_ = (task_ - row * chunks_) * CHUNK;                                            \
      int to_ = min((cols), from_ + CHUNK);                                                   \
      for (int col = from_; col < to_; col += 16) {                                           \
        int lanes = min(16, to_ - col);
#define END \
  }         \
  }         \
  }

// As EACH, but for spans of up to CHUNK columns: `span` tells how many from `col` on.
#define SPANS(rows, cols)                                                         \
  {                                                                               \
    int chunks_ = ((cols) + CHUNK - 1) / CHUNK;                                   \
    long tasks_ = (long)(rows) * chunks_;                                         \
    SHARE(first_, last_, tasks_)                                                  \
    for (int task_ = first_; task_ < last_; task_++) {                            \
      int row = chunks_ == 1 ? task_ : task_ / chunks_;                           \
      int col = (task_ - row * chunks_) * CHUNK;                                  \
      int span = min(CHUNK, (cols) - col);
#define SPANS_END \
  }               \
  }
