package io.gpuinfer.engine.plan;

import static io.gpuinfer.engine.plan.Blocks.ceil;
import static io.gpuinfer.engine.program.Action.Conv.PANEL;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Action.Window;
import io.gpuinfer.engine.program.Op;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Convolutions and matrix products. The records are described in {@code simd-matrix.cl}. */
final class MatrixEncoder {

  /** Rows of the register tile of class {@code simd}. */
  private static final int TILE_ROWS = 8;

  private final Target target;
  private final WeightStore weights;

  MatrixEncoder(Target target, WeightStore weights) {
    this.target = target;
    this.weights = weights;
  }

  /** The geometry of one convolution record. */
  private record Geometry(
      int images, int height, int width, int outHeight, int outWidth, Window window, int inPixel) {

    int rows() {
      return images * outHeight * outWidth;
    }

    /** Whether a window may read beyond the edge of its image. */
    boolean hangsOver() {
      long endY = (long) (outHeight - 1) * window.strideH() - window.padTop();
      long endX = (long) (outWidth - 1) * window.strideW() - window.padLeft();
      return window.padTop() > 0
          || window.padLeft() > 0
          || endY + (long) (window.kernelH() - 1) * window.dilationH() >= height
          || endX + (long) (window.kernelW() - 1) * window.dilationW() >= width;
    }
  }

  /** Where output pixels of a record lie in the whole output. */
  private record Placement(int stepY, int stepX, int firstY, int firstX, int height, int width) {}

  void conv(Encoding encoding, Op op, Action.Conv conv) {
    Value data = op.input(0);
    Value filter = op.input(1);
    int outputs = op.output().dim(3);
    int inputs = data.dim(3) / conv.groups();
    Geometry geometry =
        new Geometry(
            data.dim(0),
            data.dim(1),
            data.dim(2),
            op.output().dim(1),
            op.output().dim(2),
            conv.window(),
            data.dim(3));
    int taps = conv.window().kernelH() * conv.window().kernelW();
    long flops = 2L * op.output().size() * inputs * taps;
    if (Action.Conv.isDepthwise(data.dim(3), outputs, conv.groups())) {
      int at = packed(encoding, filter, "depthwise", Packing::depthwise);
      Record record = new Record(Opcode.DEPTHWISE);
      record.add(encoding.reference(data), at, encoding.reference(op.output()));
      record.add(
          data.dim(0),
          outputs,
          data.dim(1),
          data.dim(2),
          geometry.outHeight(),
          geometry.outWidth());
      addWindow(record, conv.window());
      encoding.addEpilogue(record, conv.epilogue(), outputs);
      encoding.add(flops, bytes(op), record);
      return;
    }
    Winograd winograd = Winograd.of(op, conv, target);
    if (winograd != null) {
      Record record =
          new Record(Opcode.WINOGRAD)
              .add(encoding.reference(data))
              .add(packed(encoding, filter, "winograd", Packing::winograd))
              .add(encoding.reference(op.output()))
              .add(data.dim(0), data.dim(1), data.dim(2))
              .add(geometry.outHeight(), geometry.outWidth())
              .add(conv.window().padTop(), conv.window().padLeft())
              .add(inputs, outputs, encoding.rowStride(op.output(), outputs))
              .add(winograd.tiles(), winograd.panels())
              .add(Buffer.WEIGHTS.at(weights.zeros()))
              .add(encoding.scratch(), (int) winograd.scratchElements(inputs));
      encoding.addEpilogue(record, conv.epilogue(), outputs);
      encoding.add(flops, bytes(op), record);
      return;
    }
    int perGroup = outputs / conv.groups();
    int at =
        packed(
            encoding,
            filter,
            "panels" + conv.groups(),
            tensor -> inOwnFormat(tensor, Packing.conv(tensor, conv.groups())));
    Placement whole = new Placement(1, 1, 0, 0, geometry.outHeight(), geometry.outWidth());
    Record record =
        record(
            opcode(filter),
            encoding,
            encoding.reference(data),
            at,
            op,
            geometry,
            whole,
            perGroup,
            inputs,
            conv.groups());
    encoding.addEpilogue(record, conv.epilogue(), outputs);
    encoding.add(flops, bytes(op), record);
  }

  /**
   * A transposed convolution is one ordinary convolution for each phase of the output grid: the
   * pixels at {@code (y·stride + py, x·stride + px)} meet the same taps.
   */
  void convTranspose(Encoding encoding, Op op, Action.ConvTranspose conv) {
    Value data = op.input(0);
    Value filter = op.input(1);
    Window window = conv.window();
    int outH = op.output().dim(1);
    int outW = op.output().dim(2);
    int outputs = filter.dim(1);
    Tensor tensor = filter.constant();
    List<Record> records = new ArrayList<>();
    for (int py = 0; py < Math.min(window.strideH(), outH); py++) {
      for (int px = 0; px < Math.min(window.strideW(), outW); px++) {
        Phase y =
            Phase.of(py, window.padTop(), window.strideH(), window.kernelH(), window.dilationH());
        Phase x =
            Phase.of(px, window.padLeft(), window.strideW(), window.kernelW(), window.dilationW());
        long at =
            weights.packed(
                tensor, "phase " + y + x, () -> Packing.transposed(tensor, y.taps(), x.taps()));
        Window own =
            new Window(
                y.taps().length, x.taps().length, 1, 1, y.pad(), x.pad(), y.step(), x.step());
        Geometry geometry =
            new Geometry(
                data.dim(0),
                data.dim(1),
                data.dim(2),
                (outH - py + window.strideH() - 1) / window.strideH(),
                (outW - px + window.strideW() - 1) / window.strideW(),
                own,
                data.dim(3));
        Placement placement = new Placement(window.strideH(), window.strideW(), py, px, outH, outW);
        Record record =
            record(
                Opcode.CONV,
                encoding,
                encoding.reference(data),
                Buffer.WEIGHTS.at(at),
                op,
                geometry,
                placement,
                outputs,
                data.dim(3),
                1);
        encoding.addEpilogue(record, conv.epilogue(), outputs);
        records.add(record);
      }
    }
    long flops = 2L * data.size() * outputs * filter.dim(2) * filter.dim(3);
    encoding.add(flops, bytes(op), records);
  }

  /**
   * The taps that one phase of a transposed convolution meets along an axis, first pixel first:
   * they are evenly spaced on the input.
   */
  private record Phase(int[] taps, int pad, int step) {
    static Phase of(int phase, int pad, int stride, int kernel, int dilation) {
      int[] taps = new int[kernel];
      int count = 0;
      for (int k = kernel - 1; k >= 0; k--) {
        if (Math.floorMod(phase + pad - k * dilation, stride) == 0) {
          taps[count++] = k;
        }
      }
      int first = count == 0 ? 0 : Math.floorDiv(phase + pad - taps[0] * dilation, stride);
      int step = dilation / BigInteger.valueOf(dilation).gcd(BigInteger.valueOf(stride)).intValue();
      return new Phase(Arrays.copyOf(taps, count), -first, step);
    }

    @Override
    public String toString() {
      return Arrays.toString(taps);
    }
  }

  private Record record(
      Opcode opcode,
      Encoding encoding,
      int data,
      int weightsAt,
      Op op,
      Geometry geometry,
      Placement place,
      int perGroup,
      int inputs,
      int groups) {
    Window window = geometry.window();
    int rows = geometry.rows();
    int depth = Math.max(1, window.kernelH() * window.kernelW() * inputs);
    Blocks blocks =
        Blocks.of(
            ceil(perGroup, PANEL),
            ceil(rows, TILE_ROWS),
            groups,
            depth,
            rows > perGroup,
            target.groups());
    if (geometry.hangsOver() && inputs > WeightStore.ZEROS) {
      throw new TooLargeException("A window over " + inputs + " channels");
    }
    return new Record(opcode)
        .add(data, weightsAt, encoding.reference(op.output()))
        .add(rows, perGroup, inputs, window.kernelH(), window.kernelW())
        .add(geometry.height(), geometry.width(), geometry.outHeight(), geometry.outWidth())
        .add(window.strideH(), window.strideW(), window.padTop(), window.padLeft())
        .add(window.dilationH(), window.dilationW())
        .add(geometry.inPixel(), encoding.rowStride(op.output(), perGroup * groups), groups)
        .add(blocks.tiles() * TILE_ROWS, blocks.panels())
        .add(Buffer.WEIGHTS.at(weights.zeros()))
        .add(
            place.stepY(),
            place.stepX(),
            place.firstY(),
            place.firstX(),
            place.height(),
            place.width());
  }

  private static void addWindow(Record record, Window window) {
    record
        .add(window.kernelH(), window.kernelW(), window.strideH(), window.strideW())
        .add(window.padTop(), window.padLeft(), window.dilationH(), window.dilationW());
  }

  /** The product by weights that lie in memory as those do. */
  static Opcode opcode(Value weights) {
    DataType type = weights.isStable() ? weights.constant().type() : DataType.FLOAT32;
    return type == DataType.FLOAT16
        ? Opcode.CONV_FLOAT16
        : type == DataType.BFLOAT16 ? Opcode.CONV_BFLOAT16 : Opcode.CONV;
  }

  /** Packed weights as {@link #opcode} reads them: with as many bits as the model's file has. */
  private static float[] inOwnFormat(Tensor tensor, float... packed) {
    return tensor.type() == DataType.FLOAT16 || tensor.type() == DataType.BFLOAT16
        ? Packing.narrow(tensor.type(), packed)
        : packed;
  }

  /** Where a convolution's weights lie packed: made so at load, or by the run. */
  private int packed(
      Encoding encoding, Value filter, String layout, Function<Tensor, float[]> packer) {
    if (!filter.isStable()) {
      return encoding.reference(filter);
    }
    Tensor tensor = filter.constant();
    return Buffer.WEIGHTS.at(weights.packed(tensor, layout, () -> packer.apply(tensor)));
  }

  private static long bytes(Op op) {
    return 4L * (op.output().size() + op.inputs().stream().mapToLong(Value::size).sum());
  }

  void matmul(Encoding encoding, Op op, Action.MatMul product) {
    int rank = op.output().rank();
    int rows = op.output().dim(-2);
    int columns = op.output().dim(-1);
    int inner = product.inner();
    long flops = 2L * op.output().size() * inner;
    int rowStride = uniformRows(op.output().shape(), product.a().strides());
    if (rowStride >= 0 && isMatrix(op.input(1), inner, columns, product.b())) {
      int allRows = op.output().size() / columns;
      Tensor tensor = op.input(1).constant();
      if (isOfIntegers(product)) {
        integerProduct(encoding, op, product, rowStride);
        return;
      }
      long at = weights.packed(tensor, "matrix", () -> inOwnFormat(tensor, Packing.matrix(tensor)));
      Window point = new Window(1, 1, 1, 1, 0, 0, 1, 1);
      Geometry geometry = new Geometry(1, 1, allRows, 1, allRows, point, rowStride);
      Placement whole = new Placement(1, 1, 0, 0, 1, allRows);
      int data = encoding.reference(op.input(0), product.a().offset());
      Record record =
          record(
              opcode(op.input(1)),
              encoding,
              data,
              Buffer.WEIGHTS.at(at),
              op,
              geometry,
              whole,
              columns,
              inner,
              1);
      encoding.addEpilogue(record, product.epilogue(), columns);
      encoding.add(flops, bytes(op), record);
      return;
    }
    List<Record> records = new ArrayList<>();
    int[] batch = Arrays.copyOf(op.output().shape(), rank - 2);
    int inBatch = batch.length > 0 ? batch[batch.length - 1] : 1;
    int outBatch = batch.length > 1 ? batch[batch.length - 2] : 1;
    int records0 = batch.length > 2 ? Shapes.product(batch, 0, batch.length - 2) : 1;
    if (records0 > 1 && product.epilogue() != null) {
      throw new TooLargeException(
          "Node '" + op.origins().get(0) + "': a product over " + rank + " axes");
    }
    int[] outStrides = Shapes.strides(op.output().shape());
    for (int i = 0; i < records0; i++) {
      long a = product.a().offset() + outer(i, batch, product.a().strides());
      long b = product.b().offset() + outer(i, batch, product.b().strides());
      Record record =
          new Record(Opcode.MATMUL)
              .add(encoding.reference(op.input(0), a), encoding.reference(op.input(1), b))
              .add(encoding.reference(op.output(), outer(i, batch, outStrides)))
              .add(rows, columns, inner, outBatch, inBatch);
      addStrides(record, product.a().strides(), rank, 3);
      addStrides(record, product.b().strides(), rank, 3);
      record.add(columns == 1 ? 1 : product.b().strides()[rank - 1]);
      addStrides(record, outStrides, rank, 3);
      record.add(encoding.scratch(), (int) perGroupScratch(inner));
      encoding.addEpilogue(record, product.epilogue(), columns);
      records.add(record);
    }
    encoding.add(flops, bytes(op), records);
  }

  private boolean isOfIntegers(Action.MatMul product) {
    return product.integers() && target.kernels() == DeviceClass.SIMD;
  }

  private void integerProduct(Encoding encoding, Op op, Action.MatMul product, int rowStride) {
    int columns = op.output().dim(-1);
    int rows = op.output().size() / columns;
    int pairs = ceil(product.inner(), 2);
    Tensor tensor = op.input(1).constant();
    Blocks blocks =
        Blocks.of(
            ceil(columns, PANEL), ceil(rows, TILE_ROWS), 1, pairs, rows > columns, target.groups());
    Record record =
        new Record(Opcode.INTEGER_PRODUCT)
            .add(encoding.reference(op.input(0), product.a().offset()))
            .add(Buffer.WEIGHTS.at(weights.packed(tensor, "pairs", () -> Packing.pairs(tensor))))
            .add(encoding.reference(op.output()))
            .add(rows, columns, product.inner(), rowStride)
            .add(encoding.rowStride(op.output(), columns))
            .add(blocks.tiles() * TILE_ROWS, blocks.panels())
            .add(encoding.scratch(), (int) pairScratch(product.inner()));
    encoding.addEpilogue(record, product.epilogue(), columns);
    encoding.add(2L * op.output().size() * product.inner(), bytes(op), record);
  }

  /** Elements that hold the pairs of a tile's rows, each row in whole vectors. */
  private static long pairScratch(int inner) {
    return (long) TILE_ROWS * ceil(ceil(inner, 2), 16) * 16;
  }

  /** Strides of the last two batch axes, the row and, where wanted, the column. */
  private static void addStrides(Record record, int[] strides, int rank, int count) {
    for (int i = 0; i < count; i++) {
      int axis = rank - 4 + i;
      record.add(axis < 0 ? 0 : strides[axis]);
    }
  }

  /** Where the index along all batch axes but the last two lies. */
  private static long outer(int index, int[] batch, int[] strides) {
    long at = 0;
    int rest = index;
    for (int axis = batch.length - 3; axis >= 0; axis--) {
      at += (long) (rest % batch[axis]) * strides[axis];
      rest /= batch[axis];
    }
    return at;
  }

  /** The distance of rows when all rows of all batches are evenly spaced, else -1. */
  private static int uniformRows(int[] shape, int[] strides) {
    int last = shape.length - 2;
    int stride = -1;
    long next = 0;
    for (int axis = last; axis >= 0; axis--) {
      if (shape[axis] == 1) {
        continue;
      }
      if (stride < 0) {
        stride = strides[axis];
      } else if (strides[axis] != next) {
        return -1;
      }
      next = (long) strides[axis] * shape[axis];
    }
    return stride < 0 ? strides[last] : stride;
  }

  private static boolean isMatrix(Value b, int rows, int columns, Action.Box box) {
    if (!b.isStable() || b.size() != rows * columns || box.offset() != 0) {
      return false;
    }
    int rank = box.strides().length;
    return (rows == 1 || box.strides()[rank - 2] == columns)
        && (columns == 1 || box.strides()[rank - 1] == 1);
  }

  void attention(Encoding encoding, Op op, Action.Attention attention) {
    int[] shape = attention.shape();
    Record record =
        new Record(Opcode.ATTENTION)
            .add(encoding.reference(op.input(0), attention.q().offset()))
            .add(encoding.reference(op.input(1), attention.k().offset()))
            .add(encoding.reference(op.input(2), attention.v().offset()))
            .add(attention.mask() == null ? Buffer.ARENA.at(0) : encoding.reference(op.input(3)))
            .add(encoding.reference(op.output()))
            .add(shape)
            .addReal(attention.scale())
            .add(Arrays.copyOf(attention.q().strides(), 3))
            .add(attention.k().strides())
            .add(Arrays.copyOf(attention.v().strides(), 3))
            .add(attention.mask() == null ? 0 : 1)
            .add(attention.mask() == null ? new int[4] : attention.mask().strides())
            .add(attention.out())
            .add(encoding.scratch(), (int) scratchElements(op));
    long pairs = (long) shape[0] * shape[1] * shape[2] * shape[3];
    encoding.add(2 * pairs * (shape[4] + shape[5]) + 5 * pairs, bytes(op), record);
  }

  /** Elements of scratch that an op wants for each group. */
  long scratchElements(Op op) {
    if (target.kernels() == DeviceClass.SIMT) {
      return 0;
    }
    if (op.action() instanceof Action.Attention attention) {
      int panels = (attention.shape()[3] + PANEL - 1) / PANEL;
      return (long) panels * PANEL * (attention.shape()[4] + TILE_ROWS);
    }
    if (op.action() instanceof Action.Conv conv) {
      Winograd winograd = Winograd.of(op, conv, target);
      return winograd == null ? 0 : winograd.scratchElements(op.input(0).dim(3));
    }
    if (!(op.action() instanceof Action.MatMul product)) {
      return 0;
    }
    int rank = product.b().strides().length;
    boolean adjacent = op.output().dim(-1) == 1 || product.b().strides()[rank - 1] == 1;
    long pairs = isOfIntegers(product) ? pairScratch(product.inner()) : 0;
    return Math.max(pairs, adjacent ? 0 : perGroupScratch(product.inner()));
  }

  private static long perGroupScratch(int inner) {
    return (long) inner * PANEL;
  }
}
