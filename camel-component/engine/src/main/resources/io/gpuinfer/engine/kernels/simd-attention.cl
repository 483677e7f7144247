// Attention of class simd. A group takes one head of one batch at a time: its keys are packed once
// into panels of 32, then eight queries at a time meet all of them. Scores stay in the group's scratch.

// ATTENTION: 2 Q, 3 K, 4 V, 5 mask, 6 to, 7 batches, 8 heads, 9 queries, 10 keys, 11 d, 12 e, 13 scale,
//   14 Q's strides of batch, head, query, 17 K's of batch, head, d, key, 21 V's of batch, head, key,
//   24 has mask, 25 mask's of batch, head, query, key, 29 output's of batch, head, query, 32 scratch,
//   33 its stride
static void attention(BUFFERS, __global const int* r) {
  int heads = r[8], queries = r[9], keys = r[10], d = r[11], e = r[12];
  int panels = (keys + 31) / 32, row_length = panels * 32;
  float scale = as_float(r[13]);
  __global float* packed = AT(r[32]) + (long)get_group_id(0) * r[33];
  __global float* scores = packed + panels * d * 32;
  float16 acc[16];
  __global const float* a[8];
  for (int task = get_group_id(0); task < r[7] * heads; task += get_num_groups(0)) {
    int b = task / heads, h = task - b * heads;
    __global const float* Q = AT(r[2]) + (long)b * r[14] + (long)h * r[15];
    __global const float* K = AT(r[3]) + (long)b * r[17] + (long)h * r[18];
    __global const float* V_ = AT(r[4]) + (long)b * r[21] + (long)h * r[22];
    __global const float* mask = AT(r[5]) + (long)b * r[25] + (long)h * r[26];
    __global float* to = AT(r[6]) + (long)b * r[29] + (long)h * r[30];
    for (int t = 0; t < row_length; t++) {
      __global float* column = packed + t / 32 * d * 32 + t % 32;
      __global const float* key = K + (long)t * r[20];
      for (int k = 0; k < d; k++) column[k * 32] = t < keys ? key[(long)k * r[19]] : 0.0f;
    }
    for (int m = 0; m < queries; m += 8) {
      int rows = min(8, queries - m);
      for (int i = 0; i < 8; i++) a[i] = Q + (long)(m + min(i, rows - 1)) * r[16];
      for (int p = 0; p < panels; p++) {
        int cols = min(32, keys - p * 32);
        for (int i = 0; i < 16; i++) acc[i] = (float16)(0.0f);
        tile(a, packed + p * d * 32, 32, d, cols, acc);
        for (int i = 0; i < rows; i++) {
          for (int half_panel = 0; half_panel < 2; half_panel++) {
            int t = p * 32 + half_panel * 16;
            float16 s = acc[2 * i + half_panel] * scale;
            if (r[24]) {
              __global const float* q = mask + (long)(m + i) * r[27] + t * r[28];
              s += r[28] ? LOAD(q) : (float16)(*q);
            }
            vstore16(KEEP(s, keys - t, -INFINITY), 0, scores + i * row_length + t);
          }
        }
      }
      float factors[8];
      for (int i = 0; i < rows; i++) {
        __global float* s = scores + i * row_length;
        float16 top = (float16)(-INFINITY), sums = (float16)(0.0f);
        for (int t = 0; t < row_length; t += 16) top = max(top, LOAD(s + t));
        float peak = max16(top);
        for (int t = 0; t < row_length; t += 16) {
          float16 w = f_exp(LOAD(s + t) - peak);
          sums += KEEP(w, keys - t, 0.0f);
          vstore16(w, 0, s + t);
        }
        factors[i] = 1.0f / sum16(sums);
      }
      for (int i = 0; i < 8; i++) a[i] = scores + min(i, rows - 1) * row_length;
      for (int c = 0; c < e; c += 32) {
        int cols = min(32, e - c);
        for (int i = 0; i < 16; i++) acc[i] = (float16)(0.0f);
        tile(a, V_ + c, r[23], keys, cols, acc);
        for (int i = 0; i < rows; i++) {
          for (int half_panel = 0; half_panel * 16 < cols; half_panel++) {
            store(to + (long)(m + i) * r[31] + c + half_panel * 16, acc[2 * i + half_panel] * factors[i],
                  cols - half_panel * 16);
          }
        }
      }
    }
  }
}
