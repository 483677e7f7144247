// Depthwise convolution of class simt: one item per output element. The record is in windows.cl.

static void depthwise(CONTEXT, __global const int* r) {
  int C = r[6], OH = r[9], OW = r[10], f = r[19];
  EACH(r[5] * OH * OW, C)
    int ox = row % OW, oy = (row / OW) % OH, n = row / (OW * OH);
    V sum = depthwise_pixel(r, AT(r[2]) + col, AT(r[3]) + col, n, oy * r[13] - r[15], ox * r[14] - r[16]);
    if (f) epilogue(CONTEXT_IS, f, r + 20, &sum, 1, &row, 1, col);
    store(AT(r[4]) + (long)row * C + col, sum, lanes);
  END
}
