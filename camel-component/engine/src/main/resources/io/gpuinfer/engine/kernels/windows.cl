// Windows over channels-last images [N,H,W,C], and interpolation.

// POOL: 2 data, 3 to, 4 N, 5 H, 6 W, 7 C, 8 OH, 9 OW, 10 KH, 11 KW, 12 SH, 13 SW, 14 PH, 15 PW,
//       16 DH, 17 DW, 18 kind (0 average, 1 max, 2 sum), 19 count padding, 20 end of the padding y, 21 x
// How many of so many taps, `step` apart from `first` on, lie before a position.
static int taps_before(int end, int first, int step, int taps) {
  return clamp((end - first + step - 1) / step, 0, taps);
}

static void pool(CONTEXT, __global const int* r) {
  __global const float* data = AT(r[2]);
  __global float* to = AT(r[3]);
  int H = r[5], W = r[6], C = r[7], OH = r[8], OW = r[9], KH = r[10], KW = r[11];
  int SH = r[12], SW = r[13], PH = r[14], PW = r[15], DH = r[16], DW = r[17];
  int is_max = r[18] == 1, count_padding = r[19];
  EACH(r[4] * OH * OW, C)
    int ox = row % OW, oy = (row / OW) % OH, n = row / (OW * OH);
    int y = oy * SH - PH, x = ox * SW - PW;
    int y_from = taps_before(0, y, DH, KH), y_to = taps_before(H, y, DH, KH);
    int x_from = taps_before(0, x, DW, KW), x_to = taps_before(W, x, DW, KW);
    __global const float* line = data + ((long)(n * H + y + y_from * DH) * W + x + x_from * DW) * C + col;
    V best = (V)(is_max ? -INFINITY : 0.0f);
    for (int ky = y_from; ky < y_to; ky++) {
      __global const float* p = line;
      if (is_max) {
        for (int kx = x_from; kx < x_to; kx++, p += DW * C) best = max(best, LOAD(p));
      } else {
        for (int kx = x_from; kx < x_to; kx++, p += DW * C) best += LOAD(p);
      }
      line += (long)DH * W * C;
    }
    int counted = count_padding ? taps_before(r[20], y, DH, KH) * taps_before(r[21], x, DW, KW)
                                : (y_to - y_from) * (x_to - x_from);
    store(to + (long)row * C + col, r[18] ? best : best / (float)max(counted, 1), lanes);
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

// RESAMPLE along the middle of [outer, extent, inner]: 2 data, 3 indices [out, taps], 4 weights [out, taps],
//          5 to, 6 outer, 7 extent, 8 inner, 9 out, 10 taps
static void resample(CONTEXT, __global const int* r) {
  int inner = r[8], out_extent = r[9], taps = r[10];
  EACH(r[6] * out_extent, inner)
    int o = row / out_extent, j = row - o * out_extent;
    __global const int* index = (__global const int*)AT(r[3]) + j * taps;
    __global const float* weight = AT(r[4]) + j * taps;
    __global const float* column = AT(r[2]) + (long)o * r[7] * inner + col;
    V sum = (V)(0.0f);
    for (int t = 0; t < taps; t++) sum = fma(LOAD(column + (long)index[t] * inner), (V)(weight[t]), sum);
    store(AT(r[5]) + (long)row * inner + col, sum, lanes);
  END
}

// GRID_SAMPLE: 2 data [N,H,W,C], 3 grid [N,OH·OW,2], 4 to [N,OH·OW,C], 5 N, 6 H, 7 W, 8 C, 9 OH·OW,
//              10 align corners, 11 padding (0 zeros, 1 border, 2 reflection), 12 taps along an axis
//              (1 nearest, 2 linear, 4 cubic)

// Where a position falls on an axis that is mirrored at both ends, over and over.
static float mirrored(float at_position, float low, float high) {
  float range = high - low;
  if (!(range > 0.0f)) return low;
  float way = fabs(at_position - low), times = floor(way / range), rest = way - times * range;
  return fmod(times, 2.0f) == 0.0f ? low + rest : high - rest;
}

// One axis of a sample: which elements it reads, -1 for a zero, and their shares.
static void sample_axis(float g, int extent, int align, int padding, int taps, int* index, float* share) {
  float low = align ? 0.0f : -0.5f, high = extent - 1 - low;
  float x = align ? (g + 1) * 0.5f * (extent - 1) : ((g + 1) * extent - 1) * 0.5f;
  if (taps == 1) x = rint(x);
  if (padding == 1 && taps < 4) x = clamp(x, 0.0f, (float)(extent - 1));
  if (padding == 2) x = x < low || x > high ? mirrored(x, low, high) : x;
  x = clamp(x, -4.0f, extent + 4.0f); // all is zero there; this keeps the conversion to int defined
  int first = (int)floor(x) - (taps == 4);
  float d = x - floor(x);
  if (taps == 1) {
    share[0] = 1.0f;
  } else if (taps == 2) {
    share[0] = 1 - d;
    share[1] = d;
  } else {
    for (int k = 0; k < 4; k++) {
      float t = fabs(d + 1 - k), a = -0.75f;
      share[k] = t <= 1 ? ((a + 2) * t - (a + 3)) * t * t + 1 : ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
    }
  }
  for (int k = 0; k < taps; k++) {
    int i = first + k;
    if (i < 0 || i >= extent) {
      i = padding == 0 ? -1 : clamp(padding == 1 ? i : (int)mirrored(i, low, high), 0, extent - 1);
    }
    index[k] = i;
  }
}

static void grid_sample(CONTEXT, __global const int* r) {
  __global const float* grid = AT(r[3]);
  __global float* to = AT(r[4]);
  int H = r[6], W = r[7], C = r[8], points = r[9], taps = r[12];
  EACH(r[5] * points, C)
    __global const float* image = AT(r[2]) + (long)(row / points) * H * W * C + col;
    int xs[4], ys[4];
    float across[4], down[4];
    sample_axis(grid[2 * row], W, r[10], r[11], taps, xs, across);
    sample_axis(grid[2 * row + 1], H, r[10], r[11], taps, ys, down);
    V sum = (V)(0.0f);
    for (int j = 0; j < taps; j++) {
      for (int i = 0; i < taps; i++) {
        if (xs[i] >= 0 && ys[j] >= 0) {
          sum = fma(LOAD(image + (ys[j] * W + xs[i]) * C), (V)(across[i] * down[j]), sum);
        }
      }
    }
    store(to + (long)row * C + col, sum, lanes);
  END
}

// ROI_ALIGN: 2 data [N,H,W,C], 3 regions [R,4], 4 their images [R], 5 to [R,PH,PW,C], 6 R, 7 N, 8 H, 9 W,
//            10 C, 11 PH, 12 PW, 13 samples along an axis of a bin (0: as many as it has pixels),
//            14 pixels for one unit of a region, 15 half a pixel less, 16 max
#define MOST_SAMPLES 1024

static int samples_of(int fixed, float size) {
  return fixed > 0 ? fixed : (int)clamp(ceil(size), 0.0f, (float)MOST_SAMPLES);
}

static void roi_align(CONTEXT, __global const int* r) {
  int N = r[7], H = r[8], W = r[9], C = r[10], PH = r[11], PW = r[12], is_max = r[16];
  float scale = as_float(r[14]), offset = r[15] ? 0.5f : 0.0f;
  EACH(r[6] * PH * PW, C)
    int px = row % PW, py = (row / PW) % PH, region = row / (PW * PH);
    __global const float* box = AT(r[3]) + 4 * region;
    int n = ((__global const int*)AT(r[4]))[region];
    if (n < 0 || n >= N) { // the host refuses the request
      ((__global int*)arena)[FAULT] = control[RUN];
      n = 0;
    }
    __global const float* image = AT(r[2]) + (long)n * H * W * C + col;
    float left = box[0] * scale - offset, top = box[1] * scale - offset;
    float width = box[2] * scale - offset - left, height = box[3] * scale - offset - top;
    if (!r[15]) {
      width = max(width, 1.0f);
      height = max(height, 1.0f);
    }
    float bin_w = width / PW, bin_h = height / PH;
    int across = samples_of(r[13], bin_w), down = samples_of(r[13], bin_h);
    V sum = (V)(0.0f);
    for (int k = 0; k < across * down; k++) {
      float y = top + py * bin_h + (k / across + 0.5f) * bin_h / down;
      float x = left + px * bin_w + (k % across + 0.5f) * bin_w / across;
      V sample = (V)(0.0f);
      if (y >= -1.0f && y <= H && x >= -1.0f && x <= W) {
        y = clamp(y, 0.0f, (float)(H - 1));
        x = clamp(x, 0.0f, (float)(W - 1));
        int y0 = (int)y, x0 = (int)x, y1 = min(y0 + 1, H - 1), x1 = min(x0 + 1, W - 1);
        float v = y - y0, u = x - x0;
        V a = LOAD(image + (y0 * W + x0) * C) * ((1 - v) * (1 - u));
        V b = LOAD(image + (y0 * W + x1) * C) * ((1 - v) * u);
        V c = LOAD(image + (y1 * W + x0) * C) * (v * (1 - u));
        V d = LOAD(image + (y1 * W + x1) * C) * (v * u);
        sample = is_max ? max(max(a, b), max(c, d)) : a + b + c + d;
      }
      sum = is_max && k > 0 ? max(sum, sample) : is_max ? sample : sum + sample;
    }
    store(AT(r[5]) + (long)row * C + col, is_max ? sum : sum / (float)max(across * down, 1), lanes);
  END
}
