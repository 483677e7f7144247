// Convolution of a 3×3 window with stride 1 by Winograd's algorithm F(4×4, 3×3), after Lavin and Gray,
// "Fast Algorithms for Convolutional Neural Networks" (2015): 36 multiplications give 16 outputs, where
// a direct convolution takes 144. A task transforms its tiles of 6×6 inputs, multiplies each of the 36
// positions by its own matrix of transformed weights, and transforms the products back.

#define POSITIONS 36

// One axis of the transformation of inputs: in and out are `step` apart.
static void winograd_in(const float16* d, float16* to, int step) {
  float16 d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step];
  float16 even = fma((float16)(-4.0f), d2, d4), odd = fma((float16)(-4.0f), d1, d3);
  float16 wide = d4 - d2, twice = 2.0f * (d3 - d1);
  to[0] = fma((float16)(4.0f), d[0], fma((float16)(-5.0f), d2, d4));
  to[step] = even + odd;
  to[2 * step] = even - odd;
  to[3 * step] = wide + twice;
  to[4 * step] = wide - twice;
  to[5 * step] = fma((float16)(4.0f), d1, fma((float16)(-5.0f), d3, d[5 * step]));
}

// One axis of the transformation of products: six `step` apart become four `to_step` apart.
static void winograd_out(const float16* m, float16* to, int step, int to_step) {
  float16 near_sum = m[step] + m[2 * step], near_gap = m[step] - m[2 * step];
  float16 far_sum = m[3 * step] + m[4 * step], far_gap = m[3 * step] - m[4 * step];
  to[0] = m[0] + near_sum + far_sum;
  to[to_step] = fma((float16)(2.0f), far_gap, near_gap);
  to[2 * to_step] = fma((float16)(4.0f), far_sum, near_sum);
  to[3 * to_step] = fma((float16)(8.0f), far_gap, near_gap) + m[5 * step];
}

// WINOGRAD: 2 data, 3 weights [position][panel of 32][Cin][32], 4 to, 5 images, 6 H, 7 W, 8 OH, 9 OW,
//   10 PH, 11 PW, 12 inputs, 13 outputs, 14 floats per output pixel, 15 tiles of a block,
//   16 panels of a block, 17 zeros, 18 scratch, 19 its stride, 20 epilogue, 21 its operands
static void winograd(CONTEXT, __global const int* r) {
  __global const float* data = AT(r[2]);
  __global const float* zeros = AT(r[17]);
  __global float* to = AT(r[4]);
  int H = r[6], W = r[7], OH = r[8], OW = r[9], PH = r[10], PW = r[11], cin = r[12], N = r[13];
  int out_pixel = r[14], block = r[15], panels_in_block = r[16], f = r[20];
  int tiles_x = (OW + 3) / 4, tiles_y = (OH + 3) / 4, tiles = r[5] * tiles_y * tiles_x;
  int panels = (N + 31) / 32, t_blocks = (tiles + block - 1) / block;
  int n_blocks = (panels + panels_in_block - 1) / panels_in_block;
  __global float* inputs = AT(r[18]) + (long)get_group_id(0) * r[19];
  __global float* products = inputs + (long)POSITIONS * block * cin;
  float16 d[POSITIONS], e[POSITIONS], acc[16];
  Runs runs;
  SHARE(first_task, last_task, t_blocks * n_blocks)
  for (int task = first_task; task < last_task; task++) {
    int first = task / n_blocks * block, count = min(block, tiles - first);
    int p_first = task % n_blocks * panels_in_block, p_end = min(panels, p_first + panels_in_block);
    if (task == first_task || task % n_blocks == 0) { // the tiles of the task before otherwise
      for (int t = 0; t < count; t++) {
        int tile = first + t, x = tile % tiles_x * 4 - PW, y = tile / tiles_x % tiles_y * 4 - PH;
        __global const float* image = data + (long)(tile / (tiles_x * tiles_y)) * H * W * cin;
        __global const float* from[POSITIONS];
        for (int k = 0; k < POSITIONS; k++) {
          int py = y + k / 6, px = x + k % 6;
          int valid = py >= 0 && py < H && px >= 0 && px < W;
          from[k] = valid ? image + ((long)py * W + px) * cin : zeros;
        }
        for (int c = 0; c < cin; c += 16) {
          for (int k = 0; k < POSITIONS; k++) d[k] = LOAD(from[k] + c);
          for (int i = 0; i < 6; i++) winograd_in(d + i, e + i, 6);
          for (int i = 0; i < 6; i++) winograd_in(e + 6 * i, d + 6 * i, 1);
          for (int k = 0; k < POSITIONS; k++) STORE(inputs + ((long)k * block + t) * cin + c, d[k]);
        }
      }
    }
    for (int p = p_first; p < p_end; p++) {
      int cols = min(32, N - p * 32);
      for (int k = 0; k < POSITIONS; k++) {
        __global const char* b = (__global const char*)(AT(r[3]) + (long)(k * panels + p) * cin * 32);
        for (int t = 0; t < count; t += 8) {
          plain_rows(&runs, inputs + ((long)k * block + t) * cin, cin, min(8, count - t), cin);
          tile32(&runs, b, ROW_BYTES(FLOAT32), FLOAT32, next_block(b, ROW_BYTES(FLOAT32), cin, panels, t / 8, (count + 7) / 8),
                 1, acc);
          __global float* product = products + (k * block + t) * 32;
          for (int i = 0; i < 16; i++) STORE(product + i * 16, acc[i]);
        }
      }
      for (int t = 0; t < count; t++) {
        int tile = first + t, x = tile % tiles_x * 4, y = tile / tiles_x % tiles_y * 4;
        int row = (tile / (tiles_x * tiles_y) * OH + y) * OW + x, n = 0, out_row[16];
        for (int k = 0; k < 16; k++) {
          if (y + k / 4 < OH && x + k % 4 < OW) out_row[n++] = row + k / 4 * OW + k % 4;
        }
        for (int h = 0; h * 16 < cols; h++) {
          __global const float* product = products + t * 32 + h * 16;
          for (int k = 0; k < POSITIONS; k++) d[k] = LOAD(product + k * block * 32);
          for (int i = 0; i < 6; i++) winograd_out(d + i, e + i, 6, 6);
          for (int i = 0; i < 4; i++) winograd_out(e + 6 * i, acc + 4 * i, 1, 1);
          if (n < 16) {
            for (int k = 0, i = 0; k < 16; k++) {
              if (y + k / 4 < OH && x + k % 4 < OW) acc[i++] = acc[k];
            }
          }
          int col = p * 32 + h * 16;
          if (f) epilogue(CONTEXT_IS, f, r + 21, acc, 1, out_row, n, col);
          for (int i = 0; i < n; i++) store(to + (long)out_row[i] * out_pixel + col, acc[i], cols - h * 16);
        }
      }
    }
  }
}
