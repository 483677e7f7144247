// Depthwise convolution of class simd: four neighbouring output pixels of sixteen channels at a time
// share each load of a weight. The record is in windows.cl.

static void depthwise(CONTEXT, __global const int* r) {
  int C = r[6], H = r[7], W = r[8], OH = r[9], OW = r[10], KH = r[11], KW = r[12], SW = r[14];
  int DH = r[17], DW = r[18], f = r[19], blocks = (OW + 3) / 4, step = SW * C;
  EACH(r[5] * OH * blocks, C)
    int ox = row % blocks * 4, oy = (row / blocks) % OH, n = row / (blocks * OH);
    int iy = oy * r[13] - r[15], ix = ox * SW - r[16];
    __global const float* data = AT(r[2]) + col;
    __global const float* w = AT(r[3]) + col;
    int pixels = min(4, OW - ox), pixel[4];
    float16 sum[4];
    for (int i = 0; i < 4; i++) pixel[i] = (n * OH + oy) * OW + ox + i;
    if (pixels == 4 && ix >= 0 && ix + 3 * SW + (KW - 1) * DW < W) {
      float16 s0 = (float16)(0.0f), s1 = s0, s2 = s0, s3 = s0;
      for (int ky = 0; ky < KH; ky++) {
        int y = iy + ky * DH;
        if (y < 0 || y >= H) continue;
        __global const float* p = data + ((long)(n * H + y) * W + ix) * C;
        for (int kx = 0; kx < KW; kx++) {
          float16 weight = LOAD(w + (ky * KW + kx) * C);
          s0 = fma(LOAD(p), weight, s0);
          s1 = fma(LOAD(p + step), weight, s1);
          s2 = fma(LOAD(p + 2 * step), weight, s2);
          s3 = fma(LOAD(p + 3 * step), weight, s3);
          p += DW * C;
        }
      }
      sum[0] = s0;
      sum[1] = s1;
      sum[2] = s2;
      sum[3] = s3;
    } else {
      for (int i = 0; i < pixels; i++) sum[i] = depthwise_pixel(r, data, w, n, iy, ix + i * SW);
    }
    if (f) epilogue(CONTEXT_IS, f, r + 20, sum, 1, pixel, pixels, col);
    for (int i = 0; i < pixels; i++) store(AT(r[4]) + (long)pixel[i] * C + col, sum[i], lanes);
  END
}
