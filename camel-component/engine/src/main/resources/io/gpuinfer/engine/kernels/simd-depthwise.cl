// Depthwise convolution of class simd: four neighbouring output pixels of sixteen channels at a time
// share each load of a weight. The record is in windows.cl.

#define LINE_PIXELS 16

static void depthwise(CONTEXT, __global const int* r) {
  int C = r[6], H = r[7], W = r[8], OH = r[9], OW = r[10], KH = r[11], KW = r[12], SW = r[14];
  int DH = r[17], DW = r[18], f = r[19], blocks = (OW + LINE_PIXELS - 1) / LINE_PIXELS, step = SW * C;
  EACH(r[5] * OH * blocks, C)
    int first = row % blocks * LINE_PIXELS, line = row / blocks, oy = line % OH, n = line / OH;
    int iy = oy * r[13] - r[15], end = min(OW, first + LINE_PIXELS);
    int ky_from = taps_before(0, iy, DH, KH), ky_to = taps_before(H, iy, DH, KH);
    __global const float* data = AT(r[2]) + col;
    __global const float* w = AT(r[3]) + col;
    __global float* to = AT(r[4]) + col;
    for (int ox = first; ox < end; ox += 4) {
      int ix = ox * SW - r[16], pixels = min(4, end - ox), pixel[4];
      float16 sum[4];
      for (int i = 0; i < 4; i++) pixel[i] = line * OW + min(ox + i, end - 1);
      if (pixels == 4 && ix >= 0 && ix + 3 * SW + (KW - 1) * DW < W) {
        float16 s0 = (float16)(0.0f), s1 = s0, s2 = s0, s3 = s0;
        for (int ky = ky_from; ky < ky_to; ky++) {
          __global const float* p = data + ((long)(n * H + iy + ky * DH) * W + ix) * C;
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
      if (f) epilogue(CONTEXT_IS, f, r + 20, sum, 1, pixel, 4, col);
      for (int i = 0; i < pixels; i++) store(to + (long)pixel[i] * C, sum[i], lanes);
    }
  END
}
