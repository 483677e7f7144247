// Operations over whole rows, class simt: a group of 256 items takes one row; partial results meet in
// local memory. The records are those of simd-rows.cl.

// The combination of one value per item; every item gets it. Kinds as REDUCE has them.
static float group_combine(__local float* shared, int kind, float v) {
  int lid = get_local_id(0);
  shared[lid] = v;
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int half_size = 128; half_size > 0; half_size >>= 1) {
    if (lid < half_size) {
      float a = shared[lid], b = shared[lid + half_size];
      shared[lid] = kind == 2 ? max(a, b) : kind == 3 ? min(a, b) : kind == 4 ? a * b : a + b;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  float result = shared[0];
  barrier(CLK_LOCAL_MEM_FENCE);
  return result;
}

static void softmax(CONTEXT, __global const int* r, __local float* shared) {
  int length = r[5], lid = get_local_id(0);
  for (int row = part; row < r[4]; row += parts) {
    __global const float* x = AT(r[2]) + (long)row * length;
    __global float* y = AT(r[3]) + (long)row * length;
    float top = -INFINITY, sum = 0.0f;
    for (int i = lid; i < length; i += 256) top = max(top, x[i]);
    float peak = group_combine(shared, 2, top);
    for (int i = lid; i < length; i += 256) sum += exp(x[i] - peak);
    float total = group_combine(shared, 0, sum);
    float factor = 1.0f / total, shift = peak + log(total);
    for (int i = lid; i < length; i += 256) y[i] = r[6] ? x[i] - shift : exp(x[i] - peak) * factor;
  }
}

static void layer_norm(CONTEXT, __global const int* r, __local float* shared) {
  __global const float* scale = AT(r[3]);
  __global const float* bias = AT(r[4]);
  int length = r[7], lid = get_local_id(0);
  for (int row = part; row < r[6]; row += parts) {
    __global const float* x = AT(r[2]) + (long)row * length;
    __global float* y = AT(r[5]) + (long)row * length;
    float sum = 0.0f, squares = 0.0f;
    for (int i = lid; i < length; i += 256) sum += x[i];
    float mean = group_combine(shared, 0, sum) / length;
    for (int i = lid; i < length; i += 256) squares = fma(x[i] - mean, x[i] - mean, squares);
    float factor = rsqrt(group_combine(shared, 0, squares) / length + as_float(r[8]));
    for (int i = lid; i < length; i += 256) y[i] = fma((x[i] - mean) * factor, scale[i], bias[i]);
  }
}

#define NEUTRAL(kind) ((kind) == 2 ? -INFINITY : (kind) == 3 ? INFINITY : (kind) == 4 ? 1.0f : 0.0f)
static float combine(int kind, float a, float v) {
  return kind == 2 ? max(a, v) : kind == 3 ? min(a, v) : kind == 4 ? a * v : kind == 5 ? fma(v, v, a) : a + v;
}

static void reduce(CONTEXT, __global const int* r, __local float* shared) {
  int kind = r[4], reduced = r[6], inner = r[7], lid = get_local_id(0);
  float factor = kind == 1 ? 1.0f / reduced : 1.0f;
  __global const float* data = AT(r[2]);
  __global float* to = AT(r[3]);
  if (inner > 1) { // one item per result: neighbours read neighbours
    for (int t = get_global_id(0); t < r[5] * inner; t += get_global_size(0)) {
      int o = t / inner, col = t - o * inner;
      float a = NEUTRAL(kind);
      for (int i = 0; i < reduced; i++) a = combine(kind, a, data[((long)o * reduced + i) * inner + col]);
      to[t] = a * factor;
    }
    return;
  }
  for (int row = part; row < r[5]; row += parts) {
    float a = NEUTRAL(kind);
    for (int i = lid; i < reduced; i += 256) a = combine(kind, a, data[(long)row * reduced + i]);
    float result = group_combine(shared, kind, a);
    if (lid == 0) to[row] = result * factor;
  }
}
