// Attention of class simd. A group takes one head of one batch at a time: its keys are packed once
// into panels of 32, then eight queries at a time meet all of them. Scores stay in the group's scratch.

// ATTENTION: 2 Q, 3 K, 4 V, 5 mask, 6 to, 7 batches, 8 heads, 9 queries, 10 keys, 11 d, 12 e, 13 scale,
//   14 Q's strides of batch, head, query, 17 K's of batch, head, d, key, 21 V's of batch, head, key,
//   24 has mask, 25 mask's of batch, head, query, key, 29 output's of batch, head, query, 32 scratch,
//   33 its stride

// The keys of one head, 32 in a panel; those after the last are zeros.
static void pack_keys(__global const float* keys, int count, int d, int stride_d, int stride_key,
                      __global float* packed) {
  for (int t = 0; t < (count + 31) / 32 * 32; t++) {
    __global float* column = packed + t / 32 * d * 32 + t % 32;
    __global const float* key = keys + (long)t * stride_key;
    for (int k = 0; k < d; k++) column[k * 32] = t < count ? key[(long)k * stride_d] : 0.0f;
  }
}

static void attention(CONTEXT, __global const int* r) {
  int heads = r[8], queries = r[9], keys = r[10], d = r[11], e = r[12];
  int panels = (keys + 31) / 32, row_length = panels * 32;
  int masked = r[24], mask_query = r[27], mask_key = r[28];
  float scale = as_float(r[13]);
  __global float* packed = AT(r[32]) + (long)get_group_id(0) * r[33];
  __global float* scores = packed + panels * d * 32;
  float16 acc[16], top[8];
  Runs query_rows, weight_rows;
  SHARE(first_head, last_head, r[7] * heads)
  for (int head = first_head; head < last_head; head++) {
    int b = head / heads, h = head - b * heads;
    __global const float* Q = AT(r[2]) + (long)b * r[14] + (long)h * r[15];
    __global const float* K = AT(r[3]) + (long)b * r[17] + (long)h * r[18];
    __global const float* V_ = AT(r[4]) + (long)b * r[21] + (long)h * r[22];
    __global const float* mask = AT(r[5]) + (long)b * r[25] + (long)h * r[26];
    __global float* to = AT(r[6]) + (long)b * r[29] + (long)h * r[30];
    long query_stride = r[16], value_stride = r[23], to_stride = r[31];
    pack_keys(K, keys, d, r[19], r[20], packed);
    for (int m = 0; m < queries; m += 8) {
      int rows = min(8, queries - m);
      plain_rows(&query_rows, Q + m * query_stride, query_stride, rows, d);
      plain_rows(&weight_rows, scores, row_length, 8, keys);
      for (int i = 0; i < 8; i++) top[i] = (float16)(-INFINITY);
      for (int p = 0; p < panels; p++) {
        tile32(&query_rows, (__global const char*)(packed + p * d * 32), ROW_BYTES(FLOAT32), FLOAT32, nothing_after(packed),
               1, acc);
        for (int half_panel = 0; half_panel < 2; half_panel++) {
          int t = p * 32 + half_panel * 16;
          float16 shift = KEEP((float16)(0.0f), keys - t, -INFINITY);
          __global float* s = scores + t;
          if (masked && mask_query) {
            for (int i = 0; i < 8; i++) {
              __global const float* q = mask + (long)(m + min(i, rows - 1)) * mask_query + (long)t * mask_key;
              float16 score = fma(acc[2 * i + half_panel], (float16)(scale), shift + (mask_key ? LOAD(q) : (float16)(*q)));
              STORE(s + i * row_length, score);
              top[i] = fmax(top[i], score);
            }
          } else {
            if (masked) shift += mask_key ? LOAD(mask + t) : (float16)(*mask);
            for (int i = 0; i < 8; i++) {
              float16 score = fma(acc[2 * i + half_panel], (float16)(scale), shift);
              STORE(s + i * row_length, score);
              top[i] = fmax(top[i], score);
            }
          }
        }
      }
      float factors[8];
      for (int i = 0; i < 8; i++) {
        __global float* s = scores + i * row_length;
        float16 sums = (float16)(0.0f);
        float peak = max16(top[i]);
        for (int t = 0; t < row_length; t += 16) {
          float16 w = f_exp(LOAD(s + t) - peak);
          sums += w;
          STORE(s + t, w);
        }
        factors[i] = 1.0f / sum16(sums);
      }
      for (int c = 0; c < e; c += 32) {
        int cols = min(32, e - c);
        tile(&weight_rows, (__global const char*)(V_ + c), value_stride * sizeof(float), FLOAT32, cols, nothing_after(V_), 1,
             acc);
        for (int i = 0; i < rows; i++) {
          for (int half_panel = 0; half_panel * 16 < cols; half_panel++) {
            store(to + (m + i) * to_stride + c + half_panel * 16, acc[2 * i + half_panel] * factors[i],
                  cols - half_panel * 16);
          }
        }
      }
    }
  }
}
