// Matrix products of class simt. A group of 256 items computes 64 rows by 64 columns, each item 4 by 4,
// over slices of 16 of the inner dimension that are staged in local memory. Items of a warp read
// neighbouring columns of B, so that loads coalesce.

#define TILE 64
#define SLICE 16

// The staged slices: A as [k][row], padded against bank conflicts, B as [k][column].
typedef struct {
  float a[SLICE * (TILE + 1)];
  float b[SLICE * TILE];
} Stage;

static void multiply_stage(__local Stage* s, int tx, int ty, float* acc) {
  for (int k = 0; k < SLICE; k++) {
    float b[4];
    for (int j = 0; j < 4; j++) b[j] = s->b[k * TILE + tx + 16 * j];
    for (int i = 0; i < 4; i++) {
      float a = s->a[k * (TILE + 1) + ty * 4 + i];
      for (int j = 0; j < 4; j++) acc[i * 4 + j] = fma(a, b[j], acc[i * 4 + j]);
    }
  }
}

// CONV: the record is the one of simd-matrix.cl. Element (m, k) of the implicit matrix A is the input
// pixel under output pixel m at tap and channel k.
static void conv(CONTEXT, __global const int* r, __local Stage* s) {
  __global const float* data = AT(r[2]);
  __global const float* packed = AT(r[3]);
  __global float* to = AT(r[4]);
  int M = r[5], N = r[6], cin = r[7], KH = r[8], KW = r[9], H = r[10], W = r[11], OH = r[12], OW = r[13];
  int SH = r[14], SW = r[15], PH = r[16], PW = r[17], DH = r[18], DW = r[19];
  int in_pixel = r[20], out_pixel = r[21], groups = r[22], f = r[32];
  int depth = KH * KW * cin, panels = (N + 31) / 32;
  int m_tiles = (M + TILE - 1) / TILE, n_tiles = (N + TILE - 1) / TILE;
  int lid = get_local_id(0), tx = lid % 16, ty = lid / 16;
  for (int task = part; task < groups * m_tiles * n_tiles; task += parts) {
    int n0 = (task % n_tiles) * TILE, m0 = ((task / n_tiles) % m_tiles) * TILE, group = task / (n_tiles * m_tiles);
    float acc[16];
    for (int i = 0; i < 16; i++) acc[i] = 0.0f;
    for (int k0 = 0; k0 < depth; k0 += SLICE) {
      for (int q = lid; q < TILE * SLICE; q += 256) {
        int m = m0 + q / SLICE, k = k0 + q % SLICE;
        float v = 0.0f;
        if (m < M && k < depth) {
          int c = k % cin, tap = k / cin, ky = tap / KW, kx = tap % KW;
          int ox = m % OW, oy = (m / OW) % OH, n = m / (OW * OH);
          int y = oy * SH - PH + ky * DH, x = ox * SW - PW + kx * DW;
          if (y >= 0 && y < H && x >= 0 && x < W) {
            v = data[((long)(n * H + y) * W + x) * in_pixel + group * cin + c];
          }
        }
        s->a[(q % SLICE) * (TILE + 1) + q / SLICE] = v;
      }
      for (int q = lid; q < TILE * SLICE; q += 256) {
        int k = k0 + q / TILE, n = n0 + q % TILE;
        s->b[q] = k < depth && n < panels * 32
                      ? packed[((long)(group * panels + n / 32) * depth + k) * 32 + n % 32]
                      : 0.0f;
      }
      barrier(CLK_LOCAL_MEM_FENCE);
      multiply_stage(s, tx, ty, acc);
      barrier(CLK_LOCAL_MEM_FENCE);
    }
    for (int i = 0; i < 4; i++) {
      int m = m0 + ty * 4 + i;
      if (m < M) {
        int ox = m % OW, oy = (m / OW) % OH, n = m / (OW * OH);
        int row = (n * r[30] + oy * r[26] + r[28]) * r[31] + ox * r[27] + r[29];
        for (int j = 0; j < 4; j++) {
          int col = n0 + tx + 16 * j;
          if (col < N) {
            float v = acc[i * 4 + j];
            if (f) epilogue(CONTEXT_IS, f, r + 33, &v, 1, &row, 1, group * N + col);
            to[(long)row * out_pixel + group * N + col] = v;
          }
        }
      }
    }
  }
}

// MATMUL of two computed matrices: the record is the one of simd-matrix.cl.
static void matmul(CONTEXT, __global const int* r, __local Stage* s) {
  int M = r[5], N = r[6], K = r[7], inner = r[9], f = r[22];
  int m_tiles = (M + TILE - 1) / TILE, n_tiles = (N + TILE - 1) / TILE;
  int lid = get_local_id(0), tx = lid % 16, ty = lid / 16;
  for (int task = part; task < r[8] * inner * m_tiles * n_tiles; task += parts) {
    int n0 = (task % n_tiles) * TILE, m0 = ((task / n_tiles) % m_tiles) * TILE;
    int batch = task / (n_tiles * m_tiles), b0 = batch / inner, b1 = batch % inner;
    __global const float* A = AT(r[2]) + (long)b0 * r[10] + (long)b1 * r[11];
    __global const float* B = AT(r[3]) + (long)b0 * r[13] + (long)b1 * r[14];
    __global float* C = AT(r[4]) + (long)b0 * r[17] + (long)b1 * r[18];
    float acc[16];
    for (int i = 0; i < 16; i++) acc[i] = 0.0f;
    for (int k0 = 0; k0 < K; k0 += SLICE) {
      for (int q = lid; q < TILE * SLICE; q += 256) {
        int m = m0 + q / SLICE, k = k0 + q % SLICE;
        s->a[(q % SLICE) * (TILE + 1) + q / SLICE] = m < M && k < K ? A[(long)m * r[12] + k] : 0.0f;
      }
      for (int q = lid; q < TILE * SLICE; q += 256) {
        int k = k0 + q / TILE, n = n0 + q % TILE;
        s->b[q] = k < K && n < N ? B[(long)k * r[15] + (long)n * r[16]] : 0.0f;
      }
      barrier(CLK_LOCAL_MEM_FENCE);
      multiply_stage(s, tx, ty, acc);
      barrier(CLK_LOCAL_MEM_FENCE);
    }
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        int m = m0 + ty * 4 + i, col = n0 + tx + 16 * j;
        if (m < M && col < N) {
          float v = acc[i * 4 + j];
          int row = batch * M + m;
          if (f) epilogue(CONTEXT_IS, f, r + 23, &v, 1, &row, 1, col);
          C[(long)m * r[19] + col] = v;
        }
      }
    }
  }
}
