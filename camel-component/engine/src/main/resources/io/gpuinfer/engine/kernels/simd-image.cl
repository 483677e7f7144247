// Images of bytes, class simd. The record is in image.cl.

typedef uchar16 __attribute__((aligned(1))) unaligned_uchar16;
#define LEVELS(p) convert_float16(*(__global const unaligned_uchar16*)(p))

static void image_fill(__global float* to, int count, int step, float value) {
  if (step == 1) {
    for (int i = 0; i < count; i += 16) store(to + i, (V)(value), count - i);
  } else {
    for (int i = 0; i < count; i++) to[i * step] = value;
  }
}

// The weighted sum of rows, 64 bytes of each at a time. It may read and write that many too many, which
// the padding of all buffers and the scratch have room for.
static void image_line(__global float* line, __global const uchar* image, int bytes, int pitch,
                       __global const int* index, __global const float* weight, int taps) {
  for (int col = 0; col < bytes; col += 64) {
    float16 a = (float16)(0.0f), b = a, c = a, d = a;
    for (int t = 0; t < taps; t++) {
      __global const uchar* p = image + (long)index[t] * pitch + col;
      if (weight[t] == 0.0f) continue;
      float16 w = (float16)(weight[t]);
      a = fma(LEVELS(p), w, a);
      b = fma(LEVELS(p + 16), w, b);
      c = fma(LEVELS(p + 32), w, c);
      d = fma(LEVELS(p + 48), w, d);
    }
    STORE(line + col, a);
    STORE(line + col + 16, b);
    STORE(line + col + 32, c);
    STORE(line + col + 48, d);
  }
}

// One channel of sixteen pixels to its place.
static void image_store(__global float* to, int step, float16 levels, __global const int* r, int channel,
                        int lanes) {
  float16 v = clamp(levels, as_float(r[22]), as_float(r[23])) * as_float(r[27 + channel]) - as_float(r[30 + channel]);
  if (step == 1) {
    store(to, v, lanes);
  } else {
    float each[16];
    vstore16(v, 0, each);
    for (int i = 0; i < lanes; i++) to[i * step] = each[i];
  }
}

static void resample_image(CONTEXT, __global const int* r) {
  int pitch = r[3], down = r[6], across = r[9], strip = r[12], columns = r[19], step = r[21];
  int strips = (columns + strip - 1) / strip;
  __global const uchar* image = (__global const uchar*)AT(r[2]);
  __global const int* index = (__global const int*)AT(r[7]);
  __global const float* weights_across = AT(r[8]);
  __global float* line = AT(r[10]) + (long)part * r[11];
  __global float* to = AT(r[13]) + (long)r[16] * r[20] + (long)r[17] * step;
  image_frame(CONTEXT_IS, r);
  SHARE(first, last, (long)r[18] * strips)
  for (int task = first; task < last; task++) {
    int y = task / strips, x = (task - y * strips) * strip, end = min(columns, x + strip);
    int2 span = image_span(index, across, x, end);
    image_line(line, image + span.x, span.y, pitch, (__global const int*)AT(r[4]) + y * down,
               AT(r[5]) + y * down, down);
    __global float* row = to + (long)y * r[20];
    for (; x < end; x += 16) {
      int lanes = min(16, end - x);
      float pixels[64];
      for (int i = 0; i < lanes; i++) {
        int t = (x + i) * across;
        float4 sum = (float4)(0.0f);
        for (int past = t + across; t < past; t++) {
          sum = fma(vload4(0, line + 3 * index[t] - span.x), (float4)(weights_across[t]), sum);
        }
        vstore4(sum, 0, pixels + 3 * i); // the fourth is the next one's first
      }
      float16 a = vload16(0, pixels), b = vload16(1, pixels), c = vload16(2, pixels);
      image_store(row + r[24] + x * step, step,
                  (float16)(a.s0, a.s3, a.s6, a.s9, a.sc, a.sf, b.s2, b.s5, b.s8, b.sb, b.se, c.s1, c.s4, c.s7, c.sa, c.sd),
                  r, 0, lanes);
      image_store(row + r[25] + x * step, step,
                  (float16)(a.s1, a.s4, a.s7, a.sa, a.sd, b.s0, b.s3, b.s6, b.s9, b.sc, b.sf, c.s2, c.s5, c.s8, c.sb, c.se),
                  r, 1, lanes);
      image_store(row + r[26] + x * step, step,
                  (float16)(a.s2, a.s5, a.s8, a.sb, a.se, b.s1, b.s4, b.s7, b.sa, b.sd, c.s0, c.s3, c.s6, c.s9, c.sc, c.sf),
                  r, 2, lanes);
    }
  }
}
