// Matrix products of class simt. A group of 256 items computes a tile of 64 columns by 64 or 128 rows
// over slices of 16 of the inner dimension that are staged in local memory. An item computes 4 columns
// that are 16 apart, so that neighbours store neighbours, by one or two blocks of 4 adjacent rows.

#define TILE 64
#define MAX_BLOCKS 2
#define SLICE 16
// Rows of staged slices are padded against bank conflicts, and by four, as A is read four at a time.
#define A_ROW (MAX_BLOCKS * TILE + 4)
#define B_ROW (TILE + 4)

// What depends on constant arguments, such as arrays in registers, has to be inlined.
#define INLINE static inline __attribute__((always_inline))

// For rows of a convolution: where their windows start, and the first pixel of their image.
typedef struct {
  int y[MAX_BLOCKS * TILE], x[MAX_BLOCKS * TILE], image[MAX_BLOCKS * TILE];
} Windows;

// The staged slices, A as [k][row] and B as [k][column], and what a kernel keeps beside them: windows, or
// attention's weights as [key][query].
typedef struct {
  float a[SLICE * A_ROW] __attribute__((aligned(16)));
  float b[SLICE * B_ROW] __attribute__((aligned(16)));
  union {
    Windows windows;
#ifdef HAS_ATTENTION
    float weights[TILE * B_ROW] __attribute__((aligned(16)));
#endif
  } own;
} Stage;

// Stages rows of A whose columns are adjacent, up to the ends `rows` and `depth` of the matrix. Items
// read neighbouring columns.
INLINE void stage_rows(__local Stage* s, __global const float* A, long stride, int rows, int depth, int blocks) {
  int lid = get_local_id(0), k = lid % SLICE;
  for (int row = lid / SLICE; row < blocks * TILE; row += 256 / SLICE) {
    s->a[k * A_ROW + row] = row < rows && k < depth ? A[row * stride + k] : 0.0f;
  }
}

// Stages 64 columns of B. Items read along that axis whose elements are adjacent.
INLINE void stage_columns(__local Stage* s, __global const float* B, long stride_k, long stride_column,
                          int columns, int depth) {
  int lid = get_local_id(0);
  if (stride_k == 1) {
    int k = lid % SLICE;
    for (int column = lid / SLICE; column < TILE; column += 256 / SLICE) {
      s->b[k * B_ROW + column] = k < depth && column < columns ? B[k + column * stride_column] : 0.0f;
    }
  } else {
    int column = lid % TILE;
    for (int k = lid / TILE; k < SLICE; k += 256 / TILE) {
      s->b[k * B_ROW + column] = k < depth && column < columns ? B[k * stride_k + column * stride_column] : 0.0f;
    }
  }
}

// acc[row][column] += Σ_k a[k][row] · b[k][column] for the item's rows and columns
INLINE void multiply_slice(__local const float* a_rows, int a_row, __local const float* b_rows, int blocks,
                           float* acc) {
  int tx = get_local_id(0) % 16, ty = get_local_id(0) / 16;
  for (int k = 0; k < SLICE; k++) {
    float b[4];
    for (int j = 0; j < 4; j++) b[j] = b_rows[k * B_ROW + tx + 16 * j];
    for (int block = 0; block < blocks; block++) {
      float4 a = *(__local const float4*)(a_rows + k * a_row + block * TILE + ty * 4);
      for (int j = 0; j < 4; j++) {
        acc[block * 16 + j] = fma(a.x, b[j], acc[block * 16 + j]);
        acc[block * 16 + 4 + j] = fma(a.y, b[j], acc[block * 16 + 4 + j]);
        acc[block * 16 + 8 + j] = fma(a.z, b[j], acc[block * 16 + 8 + j]);
        acc[block * 16 + 12 + j] = fma(a.w, b[j], acc[block * 16 + 12 + j]);
      }
    }
  }
}

// The same for the staged slices and one or two blocks: their number is a constant of each loop.
INLINE void multiply_staged(__local const Stage* s, int blocks, float* acc) {
  if (blocks == 2) {
    multiply_slice(s->a, A_ROW, s->b, 2, acc);
  } else {
    multiply_slice(s->a, A_ROW, s->b, 1, acc);
  }
}

// Blocks of rows of a tile: two need fewer loads for each multiplication, where they leave two tiles for
// each unit, which has eight parts, and few rows beyond the end.
static int tile_blocks(int rows, int others, int parts) {
  int tiles = (rows + TILE - 1) / TILE;
  return (tiles % 2 == 0 || tiles > 8) && tiles / 2 * others >= parts / 4 ? 2 : 1;
}

// How weights lie in memory: as floats, or as halves or bfloats that become floats when they are loaded.
#define FLOAT32 0
#define FLOAT16 1
#define BFLOAT16 2

INLINE float weight_at(__global const float* weights, int format, long index) {
  return format == FLOAT32   ? weights[index]
         : format == FLOAT16 ? vload_half(index, (__global const half*)weights)
                             : as_float((uint)((__global const ushort*)weights)[index] << 16);
}

// CONV and its like: the record is the one of simd-matrix.cl. Element (m, k) of the implicit matrix A is the input
// pixel under output pixel m at tap and channel k.
INLINE void conv_of(CONTEXT, __global const int* r, __local Stage* s, int format) {
  __global float* to = AT(r[4]);
  int M = r[5], N = r[6], cin = r[7], KH = r[8], KW = r[9], H = r[10], W = r[11], OH = r[12], OW = r[13];
  int SH = r[14], SW = r[15], PH = r[16], PW = r[17], DH = r[18], DW = r[19];
  int in_pixel = r[20], out_pixel = r[21], groups = r[22], f = r[32];
  int depth = KH * KW * cin, panels = (N + 31) / 32;
  int pointwise = KH * KW == 1 && SH == 1 && SW == 1 && PH == 0 && PW == 0 && H == OH && W == OW;
  int n_tiles = (N + TILE - 1) / TILE, blocks = tile_blocks(M, groups * n_tiles, parts);
  int m_tiles = (M + blocks * TILE - 1) / (blocks * TILE);
  int lid = get_local_id(0), tx = lid % 16, ty = lid / 16;
  for (int task = part; task < groups * m_tiles * n_tiles; task += parts) {
    int n0 = (task % n_tiles) * TILE, m0 = ((task / n_tiles) % m_tiles) * blocks * TILE;
    int group = task / (n_tiles * m_tiles);
    __global const float* data = AT(r[2]) + group * cin;
    // a panel has 32 columns, and beyond the last one another group's may follow
    int column = lid % TILE;
    int panel = n0 / 32 + column / 32;
    __global const float* packed = AT(r[3]);
    long first = (long)(group * panels + panel) * depth * 32 + column % 32;
    for (int i = lid; i < blocks * TILE; i += 256) {
      int m = m0 + i, ox = m % OW, oy = (m / OW) % OH, n = m / (OW * OH);
      s->own.windows.y[i] = m < M ? oy * SH - PH : H; // below all images: zeros
      s->own.windows.x[i] = ox * SW - PW;
      s->own.windows.image[i] = n * H * W;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    float acc[MAX_BLOCKS * 16];
    for (int i = 0; i < MAX_BLOCKS * 16; i++) acc[i] = 0.0f;
    for (int k0 = 0; k0 < depth; k0 += SLICE) {
      if (pointwise) {
        stage_rows(s, data + (long)m0 * in_pixel + k0, in_pixel, M - m0, depth - k0, blocks);
      } else {
        int k = k0 + lid % SLICE, c = k % cin, tap = k / cin, dy = tap / KW * DH, dx = tap % KW * DW;
        for (int row = lid / SLICE; row < blocks * TILE; row += 256 / SLICE) {
          int y = s->own.windows.y[row] + dy, x = s->own.windows.x[row] + dx;
          int valid = k < depth && y >= 0 && y < H && x >= 0 && x < W;
          long pixel = s->own.windows.image[row] + y * W + x;
          s->a[lid % SLICE * A_ROW + row] = valid ? data[pixel * in_pixel + c] : 0.0f;
        }
      }
      for (int k = lid / TILE; k < SLICE; k += 256 / TILE) {
        s->b[k * B_ROW + column] = k0 + k < depth && panel < panels ? weight_at(packed, format, first + (k0 + k) * 32) : 0.0f;
      }
      barrier(CLK_LOCAL_MEM_FENCE);
      multiply_staged(s, blocks, acc);
      barrier(CLK_LOCAL_MEM_FENCE);
    }
    // What this loop indexes cannot be in registers. It stays one, since the epilogue is large.
    float results[MAX_BLOCKS * 16];
    for (int i = 0; i < MAX_BLOCKS * 16; i++) results[i] = acc[i];
    for (int i = 0; i < blocks * 16; i++) {
      int m = m0 + i / 16 * TILE + ty * 4 + i / 4 % 4, col = n0 + tx + 16 * (i % 4);
      if (m < M && col < N) {
        int ox = m % OW, oy = (m / OW) % OH, n = m / (OW * OH);
        int row = (n * r[30] + oy * r[26] + r[28]) * r[31] + ox * r[27] + r[29];
        float v = results[i];
        if (f) epilogue(CONTEXT_IS, f, r + 33, &v, 1, &row, 1, group * N + col);
        to[(long)row * out_pixel + group * N + col] = v;
      }
    }
  }
}

static void conv(CONTEXT, __global const int* r, __local Stage* s) {
  conv_of(CONTEXT_IS, r, s, FLOAT32);
}

static void conv_float16(CONTEXT, __global const int* r, __local Stage* s) {
  conv_of(CONTEXT_IS, r, s, FLOAT16);
}

static void conv_bfloat16(CONTEXT, __global const int* r, __local Stage* s) {
  conv_of(CONTEXT_IS, r, s, BFLOAT16);
}

// MATMUL of two computed matrices: the record is the one of simd-matrix.cl.
static void matmul(CONTEXT, __global const int* r, __local Stage* s) {
  int M = r[5], N = r[6], K = r[7], inner = r[9], f = r[22];
  int n_tiles = (N + TILE - 1) / TILE, blocks = tile_blocks(M, r[8] * inner * n_tiles, parts);
  int m_tiles = (M + blocks * TILE - 1) / (blocks * TILE);
  int lid = get_local_id(0), tx = lid % 16, ty = lid / 16;
  for (int task = part; task < r[8] * inner * m_tiles * n_tiles; task += parts) {
    int n0 = (task % n_tiles) * TILE, m0 = ((task / n_tiles) % m_tiles) * blocks * TILE;
    int batch = task / (n_tiles * m_tiles), b0 = batch / inner, b1 = batch % inner;
    __global const float* A = AT(r[2]) + (long)b0 * r[10] + (long)b1 * r[11] + (long)m0 * r[12];
    __global const float* B = AT(r[3]) + (long)b0 * r[13] + (long)b1 * r[14] + (long)n0 * r[16];
    __global float* C = AT(r[4]) + (long)b0 * r[17] + (long)b1 * r[18];
    float acc[MAX_BLOCKS * 16];
    for (int i = 0; i < MAX_BLOCKS * 16; i++) acc[i] = 0.0f;
    for (int k0 = 0; k0 < K; k0 += SLICE) {
      stage_rows(s, A + k0, r[12], M - m0, K - k0, blocks);
      stage_columns(s, B + (long)k0 * r[15], r[15], r[16], N - n0, K - k0);
      barrier(CLK_LOCAL_MEM_FENCE);
      multiply_staged(s, blocks, acc);
      barrier(CLK_LOCAL_MEM_FENCE);
    }
    float results[MAX_BLOCKS * 16];
    for (int i = 0; i < MAX_BLOCKS * 16; i++) results[i] = acc[i];
    for (int i = 0; i < blocks * 16; i++) {
      int m = m0 + i / 16 * TILE + ty * 4 + i / 4 % 4, col = n0 + tx + 16 * (i % 4);
      if (m < M && col < N) {
        float v = results[i];
        int row = batch * M + m;
        if (f) epilogue(CONTEXT_IS, f, r + 23, &v, 1, &row, 1, col);
        C[(long)m * r[19] + col] = v;
      }
    }
  }
}
