// Matrix products of class simd. The register tile is 8 rows by 32 columns: sixteen accumulators of
// sixteen lanes, two loads of B and eight broadcasts of A for each sixteen multiply-adds.

#define AHEAD 16
#define PREFETCH(p) __builtin_prefetch((const void*)(size_t)(p))
// acc[r][0..31] += Σ_k a_r[k] · b[k·stride + 0..31] for k < n. `half_tile` leaves the upper sixteen
// columns out.
#define ROWS(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)
static void tile32(__global const float* const* a, __global const float* b, int stride, int n,
                   float16* acc) {
#define OPEN(r)                                    \
  __global const float* a##r = a[r];               \
  float16 lo##r = acc[2 * r], hi##r = acc[2 * r + 1];
  ROWS(OPEN)
  for (int k = 0; k < n; k++) {
    PREFETCH(b + AHEAD * stride);
    PREFETCH(b + AHEAD * stride + 16);
    float16 b0 = LOAD(b), b1 = LOAD(b + 16);
    b += stride;
#define STEP(r)                     \
  lo##r = fma((float16)(a##r[k]), b0, lo##r); \
  hi##r = fma((float16)(a##r[k]), b1, hi##r);
    ROWS(STEP)
  }
#define CLOSE(r) acc[2 * r] = lo##r; acc[2 * r + 1] = hi##r;
  ROWS(CLOSE)
#undef OPEN
#undef STEP
#undef CLOSE
}

static void tile16(__global const float* const* a, __global const float* b, int stride, int n,
                   float16* acc) {
#define OPEN(r)                      \
  __global const float* a##r = a[r]; \
  float16 lo##r = acc[2 * r];
  ROWS(OPEN)
  for (int k = 0; k < n; k++) {
    float16 b0 = LOAD(b);
    b += stride;
#define STEP(r) lo##r = fma((float16)(a##r[k]), b0, lo##r);
    ROWS(STEP)
  }
#define CLOSE(r) acc[2 * r] = lo##r;
  ROWS(CLOSE)
#undef OPEN
#undef STEP
#undef CLOSE
}

static void tile(__global const float* const* a, __global const float* b, int stride, int n, int cols,
                 float16* acc) {
  if (cols > 16) {
    tile32(a, b, stride, n, acc);
  } else {
    tile16(a, b, stride, n, acc);
  }
}

// CONV: 2 data, 3 weights [group][panel of 32][KH,KW,Cin][32], 4 to, 5 M (output pixels), 6 outputs per
//       group, 7 inputs per group, 8 KH, 9 KW, 10 H, 11 W, 12 OH, 13 OW, 14 SH, 15 SW, 16 PH, 17 PW,
//       18 DH, 19 DW, 20 floats per input pixel, 21 floats per output pixel, 22 groups,
//       23 rows of a block, 24 panels of a block, 25 zeros, 26 output step y, 27 x, 28 first y, 29 x,
//       30 output image H, 31 W, 32 epilogue, 33 its operands
// A matrix product is the convolution of a 1×1 kernel over an image of height 1.
static void conv(CONTEXT, __global const int* r) {
  __global const float* data = AT(r[2]);
  __global const float* zeros = AT(r[25]);
  __global float* to = AT(r[4]);
  int M = r[5], N = r[6], cin = r[7], KH = r[8], KW = r[9], H = r[10], W = r[11], OH = r[12], OW = r[13];
  int SH = r[14], SW = r[15], PH = r[16], PW = r[17], DH = r[18], DW = r[19];
  int in_pixel = r[20], out_pixel = r[21], groups = r[22], block = r[23], panels_in_block = r[24], f = r[32];
  int panels = (N + 31) / 32, m_blocks = (M + block - 1) / block;
  int n_blocks = (panels + panels_in_block - 1) / panels_in_block;
  int tasks = groups * m_blocks * n_blocks, depth = KH * KW * cin;
  int pointwise = KH == 1 && KW == 1 && SH == 1 && SW == 1 && PH == 0 && PW == 0 && OW == W && OH == H
                  && r[26] == 1 && r[27] == 1;
  int dense_rows = DW == 1 && in_pixel == cin;
  float16 acc[16];
  __global const float* a[8];
  SHARE(first_task, last_task, tasks)
  for (int task = first_task; task < last_task; task++) {
    int n_block = task % n_blocks, m_block = (task / n_blocks) % m_blocks, group = task / (n_blocks * m_blocks);
    __global const float* image = data + group * cin;
    int m_end = min(M, (m_block + 1) * block);
    int p_end = min(panels, (n_block + 1) * panels_in_block);
    for (int m = m_block * block; m < m_end; m += 8) {
      int rows = min(8, m_end - m);
      int iy[8], ix[8], image_of[8], out_row[8];
      int inside = 1;
      if (!pointwise) {
        int ox = m % OW, oy = (m / OW) % OH, n = m / (OW * OH);
        for (int i = 0; i < 8; i++) {
          iy[i] = oy * SH - PH;
          ix[i] = ox * SW - PW;
          image_of[i] = n * H;
          out_row[i] = (n * r[30] + oy * r[26] + r[28]) * r[31] + ox * r[27] + r[29];
          inside &= iy[i] >= 0 && iy[i] + (KH - 1) * DH < H && ix[i] >= 0 && ix[i] + (KW - 1) * DW < W;
          if (i + 1 < rows && ++ox == OW) {
            ox = 0;
            if (++oy == OH) {
              oy = 0;
              n++;
            }
          }
        }
      } else {
        for (int i = 0; i < 8; i++) {
          out_row[i] = m + min(i, rows - 1);
          a[i] = image + (long)out_row[i] * in_pixel;
        }
      }
      for (int p = n_block * panels_in_block; p < p_end; p++) {
        int cols = min(32, N - p * 32);
        __global const float* b = AT(r[3]) + (long)(group * panels + p) * depth * 32;
        for (int i = 0; i < 16; i++) acc[i] = (float16)(0.0f);
        if (pointwise) {
          tile(a, b, 32, cin, cols, acc);
        } else if (inside && dense_rows) {
          for (int ky = 0; ky < KH; ky++) { // a row of the window lies in one run
            for (int i = 0; i < 8; i++) {
              a[i] = image + ((long)(image_of[i] + iy[i] + ky * DH) * W + ix[i]) * in_pixel;
            }
            tile(a, b, 32, KW * cin, cols, acc);
            b += KW * cin * 32;
          }
        } else {
          for (int ky = 0; ky < KH; ky++) {
            for (int kx = 0; kx < KW; kx++) {
              int any = 0;
              for (int i = 0; i < 8; i++) {
                int y = iy[i] + ky * DH, x = ix[i] + kx * DW;
                int valid = y >= 0 && y < H && x >= 0 && x < W;
                any |= valid;
                a[i] = valid ? image + ((long)(image_of[i] + y) * W + x) * in_pixel : zeros;
              }
              if (any) tile(a, b, 32, cin, cols, acc);
              b += cin * 32;
            }
          }
        }
        for (int h = 0; h * 16 < cols; h++) {
          int col = group * N + p * 32 + h * 16;
          if (f) epilogue(CONTEXT_IS, f, r + 33, acc + h, 2, out_row, rows, col);
          for (int i = 0; i < rows; i++) {
            store(to + (long)out_row[i] * out_pixel + col, acc[2 * i + h], cols - h * 16);
          }
        }
      }
    }
  }
}

// MATMUL of two computed matrices: 2 A, 3 B, 4 to, 5 M, 6 N, 7 K, 8 outer batches, 9 inner batches,
//        10 A's strides of outer batch, inner batch, row (a column is 1), 13 B's of outer batch, inner
//        batch, row, column, 17 output's of outer batch, inner batch, row, 20 scratch, 21 its stride,
//        22 epilogue, 23 its operands
static void matmul(CONTEXT, __global const int* r) {
  int M = r[5], N = r[6], K = r[7], inner = r[9], f = r[22];
  int panels = (N + 31) / 32, tasks = r[8] * inner * panels;
  __global float* scratch = AT(r[20]) + (long)part * r[21];
  float16 acc[16];
  __global const float* a[8];
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
      for (int i = 0; i < 8; i++) a[i] = A + (long)(m + min(i, rows - 1)) * r[12];
      for (int i = 0; i < 16; i++) acc[i] = (float16)(0.0f);
      tile(a, B, stride, K, cols, acc);
      int out_row[8];
      for (int i = 0; i < 8; i++) out_row[i] = (b0 * inner + b1) * M + m + i;
      for (int h = 0; h * 16 < cols; h++) {
        if (f) epilogue(CONTEXT_IS, f, r + 23, acc + h, 2, out_row, rows, p * 32 + h * 16);
        for (int i = 0; i < rows; i++) {
          store(C + (long)(m + i) * r[19] + h * 16, acc[2 * i + h], cols - h * 16);
        }
      }
    }
  }
}
