// What all kernels share: how a record of the op table refers to memory, and scalar functions.

// A reference is a buffer in the top three bits and an element in the rest.
// Weights that are more than one buffer holds go on in three more.
#ifdef SHARDED
#define SHARDS , __global float *weights2, __global float *weights3, __global float *weights4
#define SHARDS_ARE , weights2, weights3, weights4
#else
#define SHARDS
#define SHARDS_ARE
#endif
#define BUFFERS                                                                            \
  __global float *arena, __global float *weights, __global float *in, __global float *out, \
      __global int *table, __global int *control SHARDS
// What every kernel gets: the buffers, and which of the equal parts of the pass it is to do.
#define CONTEXT BUFFERS, int part, int parts
#define CONTEXT_IS arena, weights, in, out, table, control SHARDS_ARE, part, parts

static __global float* at(CONTEXT, int reference) {
  uint buffer = (uint)reference >> 29;
  __global float* base = buffer == 0   ? arena
                         : buffer == 1 ? weights
                         : buffer == 2 ? in
                         : buffer == 3 ? out
#ifdef SHARDED
                         : buffer == 5 ? weights2
                         : buffer == 6 ? weights3
                         : buffer == 7 ? weights4
#endif
                                       : (__global float*)table;
  return base + (reference & 0x1fffffff);
}
#define AT(reference) at(CONTEXT_IS, reference)

// The arena starts with these words: what the run wrote at its start, and the last run that met an
// index out of range.
#define CANARY 0
#define FAULT 1

// Words of control that the host sets: where the table tells the start of the call's first pass, the
// number of the run, whether this call is the run's first, which pass of this call is the run's last
// (or -1), how many passes the kernel does by itself (0: one for each launch), and into how many parts
// a pass is cut.
#define FIRST_PASS 0
#define RUN 1
#define IS_FIRST_CALL 2
#define LAST_PASS 3
#define RESIDENT_PASSES 4
#define PARTS 5

// A comparison as 0 or 1: vectors answer -1 for true, scalars 1.
#define TRUTH(c) select((I)(0), (I)(1), (I)(c))

#if WIDTH > 1
// exp by splitting off a power of two; the rest by a polynomial of degree 6 (Cephes' expf, relative
// error below 2e-7). The library's own would be called once per lane.
static V f_exp(V x) {
  x = clamp(x, (V)(-87.33654f), (V)(88.72283f));
  V n = rint(x * 1.44269504f);
  V r = fma(n, (V)(-0.693359375f), x);
  r = fma(n, (V)(2.12194440e-4f), r);
  V p = (V)(1.9875691500e-4f);
  p = fma(p, r, (V)(1.3981999507e-3f));
  p = fma(p, r, (V)(8.3334519073e-3f));
  p = fma(p, r, (V)(4.1665795894e-2f));
  p = fma(p, r, (V)(1.6666665459e-1f));
  p = fma(p, r, (V)(5.0000001201e-1f));
  p = fma(p, r * r, r) + 1.0f;
  // 2^n in two steps, as n may be 128 while the product still is finite
  I k = TO_I(n);
  I half_k = k >> 1;
  return p * AS_V((half_k + 127) << 23) * AS_V((k - half_k + 127) << 23);
}
#else
#define f_exp(x) exp(x)
#endif

static V f_sigmoid(V x) {
  return 1.0f / (1.0f + f_exp(-x));
}

// tanh and erf as ratios of polynomials, odd over even, fitted by the authors of Eigen; absolute error
// below 1e-6.
static V f_tanh(V x) {
  x = clamp(x, (V)(-7.90531110763549805f), (V)(7.90531110763549805f));
  V q = x * x;
  V p = fma(q, (V)(-2.76076847742355e-16f), (V)(2.00018790482477e-13f));
  p = fma(p, q, (V)(-8.60467152213735e-11f));
  p = fma(p, q, (V)(5.12229709037114e-08f));
  p = fma(p, q, (V)(1.48572235717979e-05f));
  p = fma(p, q, (V)(6.37261928875436e-04f));
  p = fma(p, q, (V)(4.89352455891786e-03f));
  V d = fma(q, (V)(1.19825839466702e-06f), (V)(1.18534705686654e-04f));
  d = fma(d, q, (V)(2.26843463243900e-03f));
  d = fma(d, q, (V)(4.89352518554385e-03f));
  return x * p / d;
}

static V f_erf(V x) {
  x = clamp(x, (V)(-4.0f), (V)(4.0f));
  V q = x * x;
  V p = fma(q, (V)(-2.72614225801306e-10f), (V)(2.77068142495902e-08f));
  p = fma(p, q, (V)(-2.10102402082508e-06f));
  p = fma(p, q, (V)(-5.69250639462346e-05f));
  p = fma(p, q, (V)(-7.34990630326855e-04f));
  p = fma(p, q, (V)(-2.95459980854025e-03f));
  p = fma(p, q, (V)(-1.60960333262415e-02f));
  V d = fma(q, (V)(-1.45660718464996e-05f), (V)(-2.13374055278905e-04f));
  d = fma(d, q, (V)(-1.68282697438203e-03f));
  d = fma(d, q, (V)(-7.37332916720468e-03f));
  d = fma(d, q, (V)(-1.42647390514189e-02f));
  return x * p / d;
}

static V f_softplus(V x) {
  return max(x, (V)(0.0f)) + log(1.0f + f_exp(-fabs(x)));
}

static V f_pow(V x, V y) {
  return pow(x, y);
}

// The nearest number of half precision; of two equally near ones, the one whose last bit is 0. The
// subnormal ones are the multiples of 2^-24 below 2^-14.
static V f_float16(V x) {
  I bits = AS_I(x);
  V normal = AS_V((bits + 0xfff + ((bits >> 13) & 1)) & ~0x1fff);
  V tiny = copysign(rint(x * 16777216.0f) * 5.9604644775390625e-8f, x);
  V size = fabs(x);
  V nearest = select(normal, tiny, size < 6.103515625e-5f);
  nearest = select(nearest, copysign((V)(INFINITY), x), size >= 65520.0f);
  return select(nearest, x, isnan(x));
}

// The same for bfloat16, the upper half of a float.
static V f_bfloat16(V x) {
  I bits = AS_I(x);
  V nearest = AS_V((bits + 0x7fff + ((bits >> 16) & 1)) & ~0xffff);
  return select(nearest, x, isnan(x));
}

// A quotient as IEEE 754 rounds it. OpenCL's own may be 2.5 units in the last place away, and what is half
// way between two integers then no longer is. Processors divide exactly.
#if WIDTH > 1
#define f_divide(a, b) ((a) / (b))
#else
static V f_divide(V a, V b) {
  V quotient = a / b, better = quotient + fma(-quotient, b, a) / b;
  return isfinite(better) ? better : quotient;
}
#endif

// Integer division that no divisor turns into a trap of the processor.
static I i_div(I a, I b) {
  I zero = b == 0, minus_one = b == -1;
  I quotient = a / select(b, (I)(1), zero | minus_one);
  return select(quotient, -a, minus_one);
}

// The remainder with the sign of the dividend, and with that of the divisor.
static I i_rem(I a, I b) {
  return a - i_div(a, b) * b;
}

static I i_mod(I a, I b) {
  I rest = i_rem(a, b);
  return rest + select((I)(0), b, (I)(rest != 0) & (I)((rest ^ b) < 0));
}

// A power by squaring, which wraps around as products do; a negative exponent's is cut to an integer.
static I i_pow(I base, I exponent) {
  I power = (I)(1), square = base;
  for (int bit = 0; bit < 31; bit++) {
    power = select(power, power * square, (I)((exponent & (1 << bit)) != 0));
    square *= square;
  }
  I odd = (exponent & 1) != 0;
  I inverse = select((I)(0), select((I)(1), (I)(base), odd), TRUTH(base == 1 || base == -1) != 0);
  return select(power, inverse, exponent < 0);
}

// One more axis of an index into a tensor seen as one row: `before` counts what lies before the row that
// `index` selects. Out of range is a number below all, which stays so.
static I i_flat(I before, I index, I extent, I stride) {
  I at = index + select((I)(0), extent, index < 0);
  return select(before + at * stride, (I)(INT_MIN), (before < 0) | (at < 0) | (at >= extent));
}
