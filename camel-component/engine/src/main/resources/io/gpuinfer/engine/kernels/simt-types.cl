// Class simt: GPUs. 256 work-items per group; one lane per vector; neighbouring items take
// neighbouring elements, so that their loads and stores coalesce.

typedef float V;
typedef int I;
#define WIDTH 1
#define LOAD(p) (*(p))
#define TO_V(x) convert_float(x)
#define TO_I(x) convert_int_rtz(x)
#define AS_V(x) as_float(x)
#define AS_I(x) as_int(x)

static void store(__global float* p, V v, int n) {
  *p = v;
}

// One element of each of some rows, `step` apart.
static void store_interleaved(__global float* q, __global const float* p, int step, int rows, int n) {
  for (int i = 0; i < rows; i++) q[i] = p[i * step];
}

// Runs the block between EACH and END once for every element of `cols` columns in every row.
#define EACH(rows, cols)                                                                    \
  {                                                                                         \
    int total_ = (rows) * (cols);                                                           \
    for (int task_ = get_global_id(0); task_ < total_; task_ += get_global_size(0)) {       \
      int row = task_ / (cols);                                                             \
      int col = task_ - row * (cols);                                                       \
      int lanes = 1;                                                                        \
      {
#define END \
  }         \
  }         \
  }

// As EACH: a span is one element.
#define SPANS(rows, cols)                                                                   \
  {                                                                                         \
    int total_ = (rows) * (cols);                                                           \
    for (int task_ = get_global_id(0); task_ < total_; task_ += get_global_size(0)) {       \
      int row = task_ / (cols);                                                             \
      int col = task_ - row * (cols);                                                       \
      int span = 1;
#define SPANS_END \
  }               \
  }
