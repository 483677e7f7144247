// Matrix products of class simd. The register tile is 8 rows by 32 columns: sixteen accumulators of
// sixteen lanes, two loads of B and eight broadcasts of A for each sixteen multiply-adds.

// A core computes with a row of B in 8 cycles, and waits longer for the L2 cache: rows are asked for
// AHEAD of their use. It waits much longer for what is beyond that cache: so while one block of panels is
// multiplied, each tile asks for its share of the next block. And the lines of results are asked for
// while these are computed.
#define AHEAD 16
#if defined(__has_builtin) && __has_builtin(__builtin_prefetch)
#define PREFETCH(p, write, locality) __builtin_prefetch((const void*)(size_t)(p), write, locality)
#else
#define PREFETCH(p, write, locality)
#endif

// How weights lie in memory: as floats, or as halves or bfloats that become floats when they are loaded.
#define FLOAT32 0
#define FLOAT16 1
#define BFLOAT16 2
#define ROW_BYTES(format) ((format) == FLOAT32 ? 128 : 64)

// The first or the second sixteen of a row of weights.
static float16 weights_at(__global const char* row, int format, int second) {
  return format == FLOAT32   ? LOAD((__global const float*)row + 16 * second)
         : format == FLOAT16 ? vload_half16(second, (__global const half*)row)
                             : as_float16(convert_uint16(vload16(second, (__global const ushort*)row)) << 16);
}

#define ROWS(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)

// What a tile multiplies, in runs of memory: run t of row r starts at a[8·t + r] and meets the rows of B
// from row b_at[t] on. One window of a convolution is many runs.
#define MAX_RUNS 64
typedef struct {
  __global const float* a[8 * MAX_RUNS];
  int b_at[MAX_RUNS];
  int count;
  int length;
} Runs;

// What to ask for meanwhile: with every row of B the line at the next `step` bytes, and the one after it.
typedef struct {
  __global const char* from;
  int step;
} Coming;

// Nothing but what is there: asking for an address that does not exist takes long.
static Coming nothing_after(__global const void* b) {
  Coming coming;
  coming.from = b;
  coming.step = 0;
  return coming;
}

// The share of one of so many tiles in the panel that many panels on.
static Coming next_block(__global const char* panel, int row_bytes, int depth, int panels, int tile, int tiles) {
  Coming coming;
  coming.step = row_bytes / tiles;
  coming.from = panel + (long)panels * depth * row_bytes + (long)tile * coming.step * depth;
  return coming;
}

// acc[r][0..31] = (fresh ? 0 : acc[r][0..31]) + Σ_t Σ_k a_r,t[k] · b[b_at[t] + k][0..31] for k < length, where
// rows of B are `stride` bytes apart
static void tile32(const Runs* runs, __global const char* b, int stride, int format, Coming coming, int fresh, float16* acc) {
#define OPEN(r) float16 lo##r = fresh ? (float16)(0.0f) : acc[2 * r], hi##r = fresh ? (float16)(0.0f) : acc[2 * r + 1];
  ROWS(OPEN)
  int n = runs->length;
  for (int t = 0; t < runs->count; t++) {
    __global const char* row = b + (long)runs->b_at[t] * stride;
#define START(r) __global const float* a##r = runs->a[8 * t + r];
    ROWS(START)
    for (int k = 0; k < n; k++) {
      PREFETCH(coming.from, 0, 2);
      PREFETCH(coming.from + 64, 0, 2);
      coming.from += coming.step;
      PREFETCH(row + AHEAD * stride, 0, 3);
      if (format == FLOAT32) PREFETCH(row + AHEAD * stride + 64, 0, 3);
      float16 b0 = weights_at(row, format, 0), b1 = weights_at(row, format, 1);
      row += stride;
#define STEP(r)                               \
  lo##r = fma((float16)(a##r[k]), b0, lo##r); \
  hi##r = fma((float16)(a##r[k]), b1, hi##r);
      ROWS(STEP)
    }
  }
#define CLOSE(r) acc[2 * r] = lo##r; acc[2 * r + 1] = hi##r;
  ROWS(CLOSE)
#undef OPEN
#undef STEP
#undef CLOSE
}

// The same for sixteen columns.
static void tile16(const Runs* runs, __global const char* b, int stride, int format, int fresh, float16* acc) {
#define OPEN(r) float16 lo##r = fresh ? (float16)(0.0f) : acc[2 * r];
  ROWS(OPEN)
  int n = runs->length;
  for (int t = 0; t < runs->count; t++) {
    __global const char* row = b + (long)runs->b_at[t] * stride;
    ROWS(START)
    for (int k = 0; k < n; k++) {
      float16 b0 = weights_at(row, format, 0);
      row += stride;
#define STEP(r) lo##r = fma((float16)(a##r[k]), b0, lo##r);
      ROWS(STEP)
    }
  }
#define CLOSE(r) acc[2 * r] = lo##r;
  ROWS(CLOSE)
#undef OPEN
#undef START
#undef STEP
#undef CLOSE
}

static void tile(const Runs* runs, __global const char* b, int stride, int format, int cols, Coming coming,
                 int fresh, float16* acc) {
  if (cols > 16) {
    tile32(runs, b, stride, format, coming, fresh, acc);
  } else {
    tile16(runs, b, stride, format, fresh, acc);
  }
}

// A tile's first rows and columns to rows that are `stride` apart.
static void store_tile(__global float* to, int stride, const int* row, int rows, int cols, const float16* acc) {
  if (rows == 8 && cols == 32) {
    for (int i = 0; i < 8; i++) {
      __global float* line = to + (long)row[i] * stride;
      STORE(line, acc[2 * i]);
      STORE(line + 16, acc[2 * i + 1]);
    }
    return;
  }
  for (int i = 0; i < rows; i++) {
    __global float* line = to + (long)row[i] * stride;
    store(line, acc[2 * i], cols);
    if (cols > 16) store(line + 16, acc[2 * i + 1], cols - 16);
  }
}

// Eight rows that each are one run of that length; rows after the last repeat it.
static void plain_rows(Runs* runs, __global const float* first, long step, int rows, int length) {
  for (int i = 0; i < 8; i++) runs->a[i] = first + min(i, rows - 1) * step;
  runs->b_at[0] = 0;
  runs->count = 1;
  runs->length = length;
}

// CONV, CONV_FLOAT16, CONV_BFLOAT16: 2 data, 3 weights [group][panel of 32][KH,KW,Cin][32], 4 to, 5 M (output pixels), 6 outputs per
//       group, 7 inputs per group, 8 KH, 9 KW, 10 H, 11 W, 12 OH, 13 OW, 14 SH, 15 SW, 16 PH, 17 PW,
//       18 DH, 19 DW, 20 floats per input pixel, 21 floats per output pixel, 22 groups,
//       23 rows of a block, 24 panels of a block, 25 zeros, 26 output step y, 27 x, 28 first y, 29 x,
//       30 output image H, 31 W, 32 epilogue, 33 its operands
// A matrix product is the convolution of a 1×1 kernel over an image of height 1.
// Where the windows of eight output pixels lie.
typedef struct {
  int y[8], x[8], image[8], out_row[8];
  int inside; // all of them lie within their images
} Windows;

static void place_windows(Windows* w, __global const int* r, int m, int rows) {
  int KH = r[8], KW = r[9], H = r[10], W = r[11], OH = r[12], OW = r[13];
  int SH = r[14], SW = r[15], PH = r[16], PW = r[17], DH = r[18], DW = r[19];
  int ox = m % OW, oy = (m / OW) % OH, n = m / (OW * OH);
  w->inside = 1;
  for (int i = 0; i < 8; i++) {
    int y = oy * SH - PH, x = ox * SW - PW;
    w->y[i] = y;
    w->x[i] = x;
    w->image[i] = n * H;
    w->out_row[i] = (n * r[30] + oy * r[26] + r[28]) * r[31] + ox * r[27] + r[29];
    w->inside &= y >= 0 && y + (KH - 1) * DH < H && x >= 0 && x + (KW - 1) * DW < W;
    if (i + 1 < rows && ++ox == OW) {
      ox = 0;
      if (++oy == OH) {
        oy = 0;
        n++;
      }
    }
  }
}

// The rows of windows inside: each lies in one run.
static void rows_of_windows(Runs* runs, const Windows* w, __global const int* r,
                            __global const float* image, int from, int to) {
  int cin = r[7], KW = r[9], W = r[11], DH = r[18], in_pixel = r[20];
  runs->count = to - from;
  runs->length = KW * cin;
  for (int i = 0; i < 8; i++) {
    __global const float* a = image + ((long)(w->image[i] + w->y[i]) * W + w->x[i]) * in_pixel;
    for (int ky = from; ky < to; ky++) runs->a[8 * (ky - from) + i] = a + (long)ky * DH * W * in_pixel;
  }
  for (int ky = from; ky < to; ky++) runs->b_at[ky - from] = ky * KW * cin;
}

// The pixels of windows, zeros where they hang over the edge; those that all do are left out.
static void pixels_of_windows(Runs* runs, const Windows* w, __global const int* r,
                              __global const float* image, __global const float* zeros, int from, int to) {
  int cin = r[7], KW = r[9], H = r[10], W = r[11], DH = r[18], DW = r[19], in_pixel = r[20];
  runs->count = 0;
  runs->length = cin;
  for (int tap = from; tap < to; tap++) {
    int dy = tap / KW * DH, dx = tap % KW * DW, any = 0;
    __global const float** a = runs->a + 8 * runs->count;
    for (int i = 0; i < 8; i++) {
      int y = w->y[i] + dy, x = w->x[i] + dx;
      int valid = y >= 0 && y < H && x >= 0 && x < W;
      any |= valid;
      a[i] = valid ? image + ((long)(w->image[i] + y) * W + x) * in_pixel : zeros;
    }
    runs->b_at[runs->count] = tap * cin;
    runs->count += any;
  }
}

static void conv_of(CONTEXT, __global const int* r, int format) {
  __global const float* data = AT(r[2]);
  __global const float* zeros = AT(r[25]);
  __global float* to = AT(r[4]);
  int M = r[5], N = r[6], cin = r[7], KH = r[8], KW = r[9];
  int in_pixel = r[20], out_pixel = r[21], groups = r[22], block = r[23], panels_in_block = r[24], f = r[32];
  int panels = (N + 31) / 32, m_blocks = (M + block - 1) / block;
  int n_blocks = (panels + panels_in_block - 1) / panels_in_block;
  int tasks = groups * m_blocks * n_blocks, taps = KH * KW, depth = taps * cin;
  int pointwise = taps == 1 && r[14] == 1 && r[15] == 1 && r[16] == 0 && r[17] == 0 && r[10] == r[12]
                  && r[11] == r[13] && r[26] == 1 && r[27] == 1;
  int dense_rows = r[19] == 1 && in_pixel == cin, row_bytes = ROW_BYTES(format);
  float16 acc[16];
  Runs runs;
  Windows windows;
  SHARE(first_task, last_task, tasks)
  for (int task = first_task; task < last_task; task++) {
    // all groups of some rows before the next rows, which lie in other lines of the cache
    int n_block = task % n_blocks, group = (task / n_blocks) % groups, m_block = task / (n_blocks * groups);
    __global const float* image = data + group * cin;
    int m_end = min(M, (m_block + 1) * block);
    int p_end = min(panels, (n_block + 1) * panels_in_block);
    int m_first = m_block * block, tiles = (m_end - m_first + 7) / 8;
    for (int m = m_first; m < m_end; m += 8) {
      int rows = min(8, m_end - m), all = 1, by_rows = 0;
      if (pointwise) {
        plain_rows(&runs, image + (long)m * in_pixel, in_pixel, rows, cin);
        for (int i = 0; i < 8; i++) windows.out_row[i] = m + min(i, rows - 1);
      } else {
        place_windows(&windows, r, m, rows);
        by_rows = windows.inside && dense_rows;
        all = by_rows ? KH : taps;
      }
      for (int p = n_block * panels_in_block; p < p_end; p++) {
        int cols = min(32, N - p * 32);
        __global const char* b = (__global const char*)AT(r[3]) + (long)(group * panels + p) * depth * row_bytes;
        Coming coming = next_block(b, row_bytes, depth, panels_in_block, (m - m_first) / 8, tiles);
        for (int i = 0; i < rows; i++) {
          __global float* line = to + (long)windows.out_row[i] * out_pixel + group * N + p * 32;
          PREFETCH(line, 1, 3);
          PREFETCH(line + 16, 1, 3);
        }
        for (int i = 0; all == 0 && i < 16; i++) acc[i] = (float16)(0.0f); // a transposed one without taps
        for (int from = 0; from < all; from += MAX_RUNS) {
          // the runs of one panel are those of all, as long as they fit
          if (!pointwise && (all > MAX_RUNS || p == n_block * panels_in_block)) {
            int end = min(all, from + MAX_RUNS);
            if (by_rows) {
              rows_of_windows(&runs, &windows, r, image, from, end);
            } else {
              pixels_of_windows(&runs, &windows, r, image, zeros, from, end);
            }
          }
          tile(&runs, b, row_bytes, format, cols, coming, from == 0, acc);
        }
        int col = group * N + p * 32;
        for (int h = 0; f && h * 16 < cols; h++) {
          epilogue(CONTEXT_IS, f, r + 33, acc + h, 2, windows.out_row, 8, col + h * 16);
        }
        store_tile(to + col, out_pixel, windows.out_row, rows, cols, acc);
      }
    }
  }
}

static void conv(CONTEXT, __global const int* r) {
  conv_of(CONTEXT_IS, r, FLOAT32);
}

static void conv_float16(CONTEXT, __global const int* r) {
  conv_of(CONTEXT_IS, r, FLOAT16);
}

static void conv_bfloat16(CONTEXT, __global const int* r) {
  conv_of(CONTEXT_IS, r, BFLOAT16);
}

// MATMUL of two computed matrices: 2 A, 3 B, 4 to, 5 M, 6 N, 7 K, 8 outer batches, 9 inner batches,
//        10 A's strides of outer batch, inner batch, row (a column is 1), 13 B's of outer batch, inner
//        batch, row, column, 17 output's of outer batch, inner batch, row, 20 scratch, 21 its stride,
//        22 epilogue, 23 its operands
static void matmul(CONTEXT, __global const int* r) {
  int M = r[5], N = r[6], K = r[7], inner = r[9], f = r[22];
  int panels = (N + 31) / 32, tasks = r[8] * inner * panels;
  __global float* scratch = AT(r[20]) + (long)get_group_id(0) * r[21];
  float16 acc[16];
  Runs runs;
  SHARE(first_task, last_task, tasks)
  for (int task = first_task; task < last_task; task++) {
    int p = task % panels, b1 = (task / panels) % inner, b0 = task / (panels * inner);
    __global const float* A = AT(r[2]) + (long)b0 * r[10] + (long)b1 * r[11];
    __global const float* B = AT(r[3]) + (long)b0 * r[13] + (long)b1 * r[14] + (long)p * 32 * r[16];
    __global float* C = AT(r[4]) + (long)b0 * r[17] + (long)b1 * r[18] + p * 32;
    int cols = min(32, N - p * 32), stride = r[15];
    if (r[16] != 1) { // columns are apart: bring 32 of them together
      for (int j = 0; j < cols; j++) {
        __global const float* column = B + (long)j * r[16];
        for (int k = 0; k < K; k++) scratch[k * 32 + j] = column[(long)k * r[15]];
      }
      B = scratch;
      stride = 32;
    }
    for (int m = 0; m < M; m += 8) {
      int rows = min(8, M - m);
      plain_rows(&runs, A + (long)m * r[12], r[12], rows, K);
      tile(&runs, (__global const char*)B, stride * sizeof(float), FLOAT32, cols, nothing_after(B), 1, acc);
      int row[8], out_row[8];
      for (int i = 0; i < 8; i++) {
        row[i] = m + min(i, rows - 1);
        out_row[i] = (b0 * inner + b1) * M + row[i];
      }
      for (int h = 0; f && h * 16 < cols; h++) {
        epilogue(CONTEXT_IS, f, r + 23, acc + h, 2, out_row, 8, p * 32 + h * 16);
      }
      store_tile(C, r[19], row, rows, cols, acc);
    }
  }
}
