// Products of integers, class simd: two steps of the inner dimension in each multiplication. Elements are
// floats in memory, and so are the results, as no sum is larger than what a float holds exactly.

typedef short short_pairs __attribute__((vector_size(64)));
typedef short half_pairs __attribute__((vector_size(32)));

// a.low · b.low + a.high · b.high in each lane, where an int holds two shorts.
static int16 dot_pairs(int16 a, int16 b) {
#if defined(__AVX512BW__)
  return __builtin_astype(
      __builtin_ia32_pmaddwd512(__builtin_astype(a, short_pairs), __builtin_astype(b, short_pairs)), int16);
#elif defined(__AVX2__)
  int16 sums;
  sums.lo = __builtin_astype(
      __builtin_ia32_pmaddwd256(__builtin_astype(a.lo, half_pairs), __builtin_astype(b.lo, half_pairs)), int8);
  sums.hi = __builtin_astype(
      __builtin_ia32_pmaddwd256(__builtin_astype(a.hi, half_pairs), __builtin_astype(b.hi, half_pairs)), int8);
  return sums;
#else
  return (a << 16 >> 16) * (b << 16 >> 16) + (a >> 16) * (b >> 16);
#endif
}

// Rows of floats as pairs of shorts, `row_pairs` for each row; after the last come zeros. Rows after the
// last one are left as they are.
static void pack_pairs(__global const float* from, long row_stride, int rows, int length,
                       __global int* to, int row_pairs) {
  for (int i = 0; i < rows; i++) {
    __global const float* row = from + i * row_stride;
    __global short* packed = (__global short*)(to + i * row_pairs);
    for (int k = 0; k < 2 * row_pairs; k += 16) {
      vstore16(convert_short16(KEEP(LOAD(row + k), length - k, 0.0f)), 0, packed + k);
    }
  }
}

// The sums of a tile of 8 by 32 over so many pairs.
static void integer_tile(__global const int* a, int row_pairs, __global const float* b, int pairs,
                         Coming coming, float16* acc) {
#define OPEN(r) int16 lo##r = (int16)(0), hi##r = (int16)(0); __global const int* a##r = a + r * row_pairs;
  ROWS(OPEN)
  for (int k = 0; k < pairs; k++) {
    PREFETCH(coming.from, 0, 2);
    PREFETCH(coming.from + 64, 0, 2);
    coming.from += coming.step;
    PREFETCH(b + AHEAD * 32, 0, 3);
    PREFETCH(b + AHEAD * 32 + 16, 0, 3);
    int16 b0 = as_int16(LOAD(b)), b1 = as_int16(LOAD(b + 16));
    b += 32;
#define STEP(r)                              \
  lo##r += dot_pairs((int16)(a##r[k]), b0); \
  hi##r += dot_pairs((int16)(a##r[k]), b1);
    ROWS(STEP)
  }
#define CLOSE(r)                         \
  acc[2 * r] = convert_float16(lo##r);   \
  acc[2 * r + 1] = convert_float16(hi##r);
  ROWS(CLOSE)
#undef OPEN
#undef STEP
#undef CLOSE
}

// INTEGER_PRODUCT: 2 data, 3 weights [panel of 32][pair][32], 4 to, 5 rows, 6 columns, 7 inner dimension,
//   8 floats per input row, 9 floats per output row, 10 rows of a block, 11 panels of a block, 12 scratch,
//   13 its stride, 14 epilogue, 15 its operands
static void integer_product(CONTEXT, __global const int* r) {
  __global const float* data = AT(r[2]);
  __global float* to = AT(r[4]);
  int M = r[5], N = r[6], K = r[7], block = r[10], panels_in_block = r[11], f = r[14];
  int panels = (N + 31) / 32, pairs = (K + 1) / 2, row_pairs = (pairs + 15) / 16 * 16;
  int m_blocks = (M + block - 1) / block, n_blocks = (panels + panels_in_block - 1) / panels_in_block;
  __global int* packed = (__global int*)(AT(r[12]) + (long)get_group_id(0) * r[13]);
  float16 acc[16];
  int out_row[8];
  SHARE(first_task, last_task, m_blocks * n_blocks)
  for (int task = first_task; task < last_task; task++) {
    int n_block = task % n_blocks, m_first = task / n_blocks * block, m_end = min(M, m_first + block);
    int p_end = min(panels, (n_block + 1) * panels_in_block), tiles = (m_end - m_first + 7) / 8;
    for (int m = m_first; m < m_end; m += 8) {
      int rows = min(8, m_end - m);
      pack_pairs(data + (long)m * r[8], r[8], rows, K, packed, row_pairs);
      for (int i = 0; i < 8; i++) out_row[i] = m + min(i, rows - 1);
      for (int p = n_block * panels_in_block; p < p_end; p++) {
        int cols = min(32, N - p * 32);
        __global const float* b = AT(r[3]) + (long)p * pairs * 32;
        Coming coming = next_block((__global const char*)b, ROW_BYTES(FLOAT32), pairs, panels_in_block, (m - m_first) / 8, tiles);
        integer_tile(packed, row_pairs, b, pairs, coming, acc);
        for (int h = 0; f && h * 16 < cols; h++) {
          epilogue(CONTEXT_IS, f, r + 15, acc + h, 2, out_row, 8, p * 32 + h * 16);
        }
        store_tile(to + p * 32, r[9], out_row, rows, cols, acc);
      }
    }
  }
}
