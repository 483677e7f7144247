// Windows over channels-last images [N,H,W,C], and interpolation.

// POOL: 2 data, 3 to, 4 N, 5 H, 6 W, 7 C, 8 OH, 9 OW, 10 KH, 11 KW, 12 SH, 13 SW, 14 PH, 15 PW,
//       16 DH, 17 DW, 18 max, 19 count padding, 20 end of the padding y, 21 x
static void pool(CONTEXT, __global const int* r) {
  __global const float* data = AT(r[2]);
  __global float* to = AT(r[3]);
  int H = r[5], W = r[6], C = r[7], OH = r[8], OW = r[9], KH = r[10], KW = r[11];
  int SH = r[12], SW = r[13], PH = r[14], PW = r[15], DH = r[16], DW = r[17];
  int is_max = r[18], count_padding = r[19];
  EACH(r[4] * OH * OW, C)
    int ox = row % OW, oy = (row / OW) % OH, n = row / (OW * OH);
    V best = (V)(is_max ? -INFINITY : 0.0f);
    int counted = 0;
    for (int ky = 0; ky < KH; ky++) {
      int y = oy * SH - PH + ky * DH;
      for (int kx = 0; kx < KW; kx++) {
        int x = ox * SW - PW + kx * DW;
        if (y < 0 || y >= H || x < 0 || x >= W) {
          counted += count_padding && y < r[20] && x < r[21];
          continue;
        }
        counted++;
        V v = LOAD(data + ((long)(n * H + y) * W + x) * C + col);
        best = is_max ? max(best, v) : best + v;
      }
    }
    store(to + (long)row * C + col, is_max ? best : best / (float)max(counted, 1), lanes);
  END
}

// DEPTHWISE: 2 data, 3 weights [KH,KW,C], 4 to, 5 N, 6 C, 7 H, 8 W, 9 OH, 10 OW, 11 KH, 12 KW,
//            13 SH, 14 SW, 15 PH, 16 PW, 17 DH, 18 DW, 19 epilogue, 20 its operands
// One output pixel, of which `data` and `w` point at the first of the wanted channels; iy and ix are the
// window's first row and column.
static V depthwise_pixel(__global const int* r, __global const float* data, __global const float* w,
                         int n, int iy, int ix) {
  int C = r[6], H = r[7], W = r[8], KH = r[11], KW = r[12], DH = r[17], DW = r[18];
  V sum = (V)(0.0f);
  for (int ky = 0; ky < KH; ky++) {
    int y = iy + ky * DH;
    if (y < 0 || y >= H) continue;
    __global const float* line = data + (long)(n * H + y) * W * C;
    for (int kx = 0; kx < KW; kx++) {
      int x = ix + kx * DW;
      if (x >= 0 && x < W) sum = fma(LOAD(line + x * C), LOAD(w + (ky * KW + kx) * C), sum);
    }
  }
  return sum;
}

// RESIZE of the middle two axes of [outer,H,W,inner]: 2 data, 3 to, 4 outer, 5 inner, 6 H, 7 W,
//        8 OH, 9 OW, 10 linear, 11 scale y, 12 scale x, 13 coordinates, 14 rounding
static float source_of(int o, int extent, int out_extent, float scale, int coordinates) {
  switch (coordinates) {
    case 0: return (o + 0.5f) / scale - 0.5f;
    case 1: return o / scale;
    case 2: return out_extent == 1 ? 0.0f : o * (float)(extent - 1) / (out_extent - 1);
    default: return out_extent == 1 ? 0.0f : (o + 0.5f) / scale - 0.5f;
  }
}

static int nearest(float at, int extent, int rounding) {
  float v = rounding == 0   ? ceil(at - 0.5f)
            : rounding == 1 ? floor(at + 0.5f)
            : rounding == 2 ? floor(at)
                            : ceil(at);
  return clamp((int)v, 0, extent - 1);
}

static void resize(CONTEXT, __global const int* r) {
  __global const float* data = AT(r[2]);
  __global float* to = AT(r[3]);
  int inner = r[5], H = r[6], W = r[7], OH = r[8], OW = r[9];
  EACH(r[4] * OH * OW, inner)
    int ox = row % OW, oy = (row / OW) % OH;
    __global const float* image = data + (long)(row / (OW * OH)) * H * W * inner + col;
    float y = source_of(oy, H, OH, as_float(r[11]), r[13]);
    float x = source_of(ox, W, OW, as_float(r[12]), r[13]);
    V v;
    if (r[10]) {
      y = clamp(y, 0.0f, (float)(H - 1));
      x = clamp(x, 0.0f, (float)(W - 1));
      int y0 = (int)y, x0 = (int)x;
      int y1 = min(y0 + 1, H - 1), x1 = min(x0 + 1, W - 1);
      V top = mix(LOAD(image + (y0 * W + x0) * inner), LOAD(image + (y0 * W + x1) * inner), (V)(x - x0));
      V bottom = mix(LOAD(image + (y1 * W + x0) * inner), LOAD(image + (y1 * W + x1) * inner), (V)(x - x0));
      v = mix(top, bottom, (V)(y - y0));
    } else {
      v = LOAD(image + (nearest(y, H, r[14]) * W + nearest(x, W, r[14])) * inner);
    }
    store(to + (long)row * inner + col, v, lanes);
  END
}

// GRID_SAMPLE: 2 data [N,H,W,C], 3 grid [N,OH·OW,2], 4 to [N,OH·OW,C], 5 N, 6 H, 7 W, 8 C, 9 OH·OW,
//              10 align corners, 11 border
static void grid_sample(CONTEXT, __global const int* r) {
  __global const float* data = AT(r[2]);
  __global const float* grid = AT(r[3]);
  __global float* to = AT(r[4]);
  int H = r[6], W = r[7], C = r[8], points = r[9];
  EACH(r[5] * points, C)
    __global const float* image = data + (long)(row / points) * H * W * C + col;
    float gx = grid[2 * row], gy = grid[2 * row + 1];
    float x = r[10] ? (gx + 1) * 0.5f * (W - 1) : ((gx + 1) * W - 1) * 0.5f;
    float y = r[10] ? (gy + 1) * 0.5f * (H - 1) : ((gy + 1) * H - 1) * 0.5f;
    if (r[11]) {
      x = clamp(x, 0.0f, (float)(W - 1));
      y = clamp(y, 0.0f, (float)(H - 1));
    } else { // far outside everything is zero; the bound keeps the conversion to int defined
      x = clamp(x, -2.0f, (float)(W + 1));
      y = clamp(y, -2.0f, (float)(H + 1));
    }
    int x0 = (int)floor(x), y0 = (int)floor(y);
    V sum = (V)(0.0f);
    for (int k = 0; k < 4; k++) {
      int xi = x0 + (k & 1), yi = y0 + (k >> 1);
      float share = (1 - fabs(x - xi)) * (1 - fabs(y - yi));
      if (xi >= 0 && xi < W && yi >= 0 && yi < H) {
        sum = fma(LOAD(image + (yi * W + xi) * C), (V)(share), sum);
      }
    }
    store(to + (long)row * C + col, sum, lanes);
  END
}
