// Images of bytes, class simt: a group makes a strip of a row. The record is in image.cl.

static void image_fill(__global float* to, int count, int step, float value) {
  for (int i = get_local_id(0); i < count; i += 256) to[(long)i * step] = value;
}

// The weighted sum of rows, four bytes of each for an item.
static void image_line(__global float* line, __global const uchar* image, int bytes, int pitch,
                       __global const int* index, __global const float* weight, int taps) {
  int whole = pitch % 4 == 0; // then the bytes are those of a word
  for (int col = 4 * get_local_id(0); col < bytes; col += 4 * 256) {
    float4 sum = (float4)(0.0f);
    for (int t = 0; t < taps; t++) {
      __global const uchar* p = image + (long)index[t] * pitch + col;
      uchar4 levels = whole ? *(__global const uchar4*)p : vload4(0, p);
      sum = fma(convert_float4(levels), (float4)(weight[t]), sum);
    }
    vstore4(sum, 0, line + col);
  }
}

static void resample_image(CONTEXT, __global const int* r) {
  int down = r[6], across = r[9], strip = r[12], columns = r[19];
  int strips = (columns + strip - 1) / strip;
  __global const uchar* image = (__global const uchar*)AT(r[2]);
  __global const int* index = (__global const int*)AT(r[7]);
  __global const float* weights_across = AT(r[8]);
  __global float* line = AT(r[10]) + (long)part * r[11];
  __global float* to = AT(r[13]) + (long)r[16] * r[20] + (long)r[17] * r[21];
  image_frame(CONTEXT_IS, r);
  for (int task = part; task < r[18] * strips; task += parts) {
    int y = task / strips, x = (task - y * strips) * strip, count = min(columns - x, strip);
    int2 span = image_span(index, across, x, x + count);
    image_line(line, image + span.x, span.y, r[3], (__global const int*)AT(r[4]) + y * down,
               AT(r[5]) + y * down, down);
    barrier(CLK_GLOBAL_MEM_FENCE);
    for (int i = get_local_id(0); i < 3 * count; i += 256) {
      int channel = i / count, at_x = x + i - channel * count;
      float sum = 0.0f;
      for (int t = at_x * across; t < (at_x + 1) * across; t++) {
        sum = fma(line[3 * index[t] + channel - span.x], weights_across[t], sum);
      }
      sum = clamp(sum, as_float(r[22]), as_float(r[23])) * as_float(r[27 + channel]) - as_float(r[30 + channel]);
      to[(long)y * r[20] + (long)at_x * r[21] + r[24 + channel]] = sum;
    }
    barrier(CLK_GLOBAL_MEM_FENCE);
  }
}
