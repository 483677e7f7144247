// Attention of class simt, as FlashAttention computes it (Dao and others, 2022): a group takes 64 queries
// of one head and meets its keys 64 at a time. Scores and weights never leave the group: an item has
// those of 4 queries and 4 keys in registers, the largest score and the sum of weights so far of its
// queries, and their results so far. When a larger score comes, sums and results are scaled down.

// ATTENTION: the record is the one of simd-attention.cl. A group computes up to 128 columns of the
// results; more are other tasks, which compute the weights again.
#define VALUE_TILES 2
// One value of each of the 16 items that share a row, for all rows of a tile.
#define ROW_VALUES 20

// The largest or the sum of what 16 items have for each of their 4 rows. Overwrites the staged rows.
INLINE void combine_rows(__local Stage* s, int sums, float* rows) {
  int tx = get_local_id(0) % 16, ty = get_local_id(0) / 16;
  for (int i = 0; i < 4; i++) s->a[(ty * 4 + i) * ROW_VALUES + tx] = rows[i];
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int i = 0; i < 4; i++) {
    __local const float4* v = (__local const float4*)(s->a + (ty * 4 + i) * ROW_VALUES);
    float4 all = sums ? v[0] + v[1] + v[2] + v[3] : max(max(v[0], v[1]), max(v[2], v[3]));
    rows[i] = sums ? all.x + all.y + all.z + all.w : max(max(all.x, all.y), max(all.z, all.w));
  }
}

// results += weights · values for up to 64 of the keys that are left, and up to 128 of the columns
INLINE void add_values(__local Stage* s, __global const float* values, long stride, int keys, int columns,
                       float* results) {
  for (int k0 = 0; k0 < min(keys, TILE); k0 += SLICE) {
    for (int tile = 0; tile < VALUE_TILES; tile++) {
      if (tile * TILE < columns) {
        stage_columns(s, values + k0 * stride + tile * TILE, stride, 1, columns - tile * TILE, keys - k0);
        barrier(CLK_LOCAL_MEM_FENCE);
        multiply_slice(s->own.weights + k0 * B_ROW, B_ROW, s->b, 1, results + tile * 16);
        barrier(CLK_LOCAL_MEM_FENCE);
      }
    }
  }
}

static void attention(CONTEXT, __global const int* r, __local Stage* s) {
  int heads = r[8], queries = r[9], keys = r[10], d = r[11], e = r[12];
  int masked = r[24], mask_query = r[27], mask_key = r[28];
  float scale = as_float(r[13]);
  long query_stride = r[16], key_d = r[19], key_stride = r[20], value_stride = r[23], to_stride = r[31];
  int q_tiles = (queries + TILE - 1) / TILE;
  int e_tiles = (e + VALUE_TILES * TILE - 1) / (VALUE_TILES * TILE);
  int tx = get_local_id(0) % 16, ty = get_local_id(0) / 16;
  for (int task = part; task < r[7] * heads * q_tiles * e_tiles; task += parts) {
    int c0 = task % e_tiles * VALUE_TILES * TILE, m0 = task / e_tiles % q_tiles * TILE;
    int head = task / (e_tiles * q_tiles), b = head / heads, h = head - b * heads;
    __global const float* Q = AT(r[2]) + (long)b * r[14] + (long)h * r[15] + m0 * query_stride;
    __global const float* K = AT(r[3]) + (long)b * r[17] + (long)h * r[18];
    __global const float* values = AT(r[4]) + (long)b * r[21] + (long)h * r[22] + c0;
    __global const float* mask = AT(r[5]) + (long)b * r[25] + (long)h * r[26];
    __global float* to = AT(r[6]) + (long)b * r[29] + (long)h * r[30] + c0;
    float results[VALUE_TILES * 16], peaks[4], sums[4];
    for (int i = 0; i < VALUE_TILES * 16; i++) results[i] = 0.0f;
    for (int i = 0; i < 4; i++) peaks[i] = -INFINITY, sums[i] = 0.0f;
    for (int t0 = 0; t0 < keys; t0 += TILE) {
      float scores[16], tops[4];
      for (int i = 0; i < 16; i++) scores[i] = 0.0f;
      for (int k0 = 0; k0 < d; k0 += SLICE) {
        stage_rows(s, Q + k0, query_stride, queries - m0, d - k0, 1);
        stage_columns(s, K + k0 * key_d + t0 * key_stride, key_d, key_stride, keys - t0, d - k0);
        barrier(CLK_LOCAL_MEM_FENCE);
        multiply_slice(s->a, A_ROW, s->b, 1, scores);
        barrier(CLK_LOCAL_MEM_FENCE);
      }
      for (int i = 0; i < 4; i++) {
        __global const float* shifts = mask + (long)min(m0 + ty * 4 + i, queries - 1) * mask_query;
        tops[i] = -INFINITY;
        for (int j = 0; j < 4; j++) {
          int key = t0 + tx + 16 * j;
          float shift = masked ? shifts[(long)min(key, keys - 1) * mask_key] : 0.0f;
          scores[i * 4 + j] = key < keys ? fma(scores[i * 4 + j], scale, shift) : -INFINITY;
          tops[i] = max(tops[i], scores[i * 4 + j]);
        }
      }
      combine_rows(s, 0, tops);
      for (int i = 0; i < 4; i++) {
        float peak = max(peaks[i], tops[i]);
        // While all keys are masked out, their weights are 0 and not exp(∞ - ∞).
        float from = peak == -INFINITY ? 0.0f : peak, factor = exp(peaks[i] - from);
        peaks[i] = peak;
        sums[i] *= factor;
        for (int tile = 0; tile < VALUE_TILES; tile++) {
          for (int j = 0; j < 4; j++) results[tile * 16 + i * 4 + j] *= factor;
        }
        for (int j = 0; j < 4; j++) {
          float weight = exp(scores[i * 4 + j] - from);
          sums[i] += weight;
          s->own.weights[(tx + 16 * j) * B_ROW + ty * 4 + i] = weight;
        }
      }
      // The first barrier in here is the one that weights wait for.
      add_values(s, values + t0 * value_stride, value_stride, keys - t0, e - c0, results);
    }
    combine_rows(s, 1, sums);
    for (int i = 0; i < 4; i++) {
      int m = m0 + ty * 4 + i;
      float factor = 1.0f / sums[i];
      for (int tile = 0; tile < VALUE_TILES; tile++) {
        for (int j = 0; j < 4; j++) {
          int col = tile * TILE + tx + 16 * j;
          if (m < queries && c0 + col < e) to[m * to_stride + col] = results[tile * 16 + i * 4 + j] * factor;
        }
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE); // before the next task stages rows
  }
}
