// An image of bytes [H,W,3] resampled along both axes, in one pass: its rows are summed up to a line of
// floats in the group's scratch, and the line's columns to pixels.

// RESAMPLE_IMAGE: 2 image, 3 bytes of a row of it, 4 indices of rows, 5 their weights, 6 taps, 7 indices of
//   columns, 8 their weights, 9 taps, 10 scratch, 11 elements of it for each group, 12 columns of a strip,
//   13 to, 14 rows, 15 columns, 16 first row that is made from the image, 17 first column, 18 rows made from
//   it, 19 columns; 20 stride of a row, 21 of a column; 22 least level, 23 greatest; then for each channel of
//   the image: 24 where it begins (3), 27 factor (3), 30 what is subtracted (3), 33 value around it (3)
// Indices of rows and columns ascend.

// The bytes of a row that the columns from x to end read: the first one, whose address is a word's, and how
// many, up to a word's end.
static int2 image_span(__global const int* index, int taps, int x, int end) {
  int first = 3 * index[x * taps] & ~3;
  int past = 3 * index[end * taps - 1] + 3;
  return (int2)(first, (past - first + 3) & ~3);
}

// So many floats, `step` apart; each class of devices has its own way.
static void image_fill(__global float* to, int count, int step, float value);

static void image_frame(CONTEXT, __global const int* r) {
  int rows = r[14], columns = r[15], left = r[17], right = left + r[19], step = r[21];
  for (int task = part; task < 3 * rows; task += parts) {
    int channel = task / rows, y = task - channel * rows;
    int inside = y >= r[16] && y < r[16] + r[18];
    __global float* to = AT(r[13]) + r[24 + channel] + (long)y * r[20];
    float value = as_float(r[33 + channel]);
    image_fill(to, inside ? left : columns, step, value);
    if (inside) image_fill(to + (long)right * step, columns - right, step, value);
  }
}
