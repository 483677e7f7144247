package io.gpuinfer.engine;

/** Element types of tensors, with the numbers the ONNX format gives them. */
public enum DataType {
  FLOAT32(1, 4),
  UINT8(2, 1),
  INT8(3, 1),
  INT32(6, 4),
  INT64(7, 8),
  BOOL(9, 1),
  /** IEEE 754 binary16, see {@link Float16}. */
  FLOAT16(10, 2),
  FLOAT64(11, 8),
  /** See {@link BFloat16}. */
  BFLOAT16(16, 2);

  private final int onnx;
  private final int bytes;

  DataType(int onnx, int bytes) {
    this.onnx = onnx;
    this.bytes = bytes;
  }

  /** The number of this type in {@code TensorProto.DataType}. */
  public int onnx() {
    return onnx;
  }

  /** Bytes of one element on the host. */
  public int bytes() {
    return bytes;
  }

  public boolean isFloat() {
    return this == FLOAT32 || isHalf() || this == FLOAT64;
  }

  /** Whether this is a floating-point type of two bytes. */
  public boolean isHalf() {
    return this == FLOAT16 || this == BFLOAT16;
  }

  /**
   * The type with that ONNX number.
   *
   * @throws ModelLoadException when the engine has no such type
   */
  public static DataType ofOnnx(int number) {
    for (DataType type : values()) {
      if (type.onnx == number) {
        return type;
      }
    }
    throw new ModelLoadException("Tensor element type " + number + " of ONNX is not supported");
  }
}
