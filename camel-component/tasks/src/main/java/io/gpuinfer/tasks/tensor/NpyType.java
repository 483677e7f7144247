package io.gpuinfer.tasks.tensor;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/**
 * The element types of NumPy's files, and the types of tensors that hold them. What no tensor has
 * is held by the next wider type.
 */
enum NpyType {
  F2(DataType.FLOAT16, 2),
  F4(DataType.FLOAT32, 4),
  F8(DataType.FLOAT64, 8),
  I1(DataType.INT8, 1),
  I2(DataType.INT32, 2),
  I4(DataType.INT32, 4),
  I8(DataType.INT64, 8),
  U1(DataType.UINT8, 1),
  U2(DataType.INT32, 2),
  U4(DataType.INT64, 4),
  U8(DataType.INT64, 8),
  B1(DataType.BOOL, 1);

  private final DataType held;
  private final int bytes;

  NpyType(DataType held, int bytes) {
    this.held = held;
    this.bytes = bytes;
  }

  /** The type of the tensor that holds such elements. */
  DataType held() {
    return held;
  }

  /** Bytes of one element in a file. */
  int bytes() {
    return bytes;
  }

  /** What a header calls this type, elements in little-endian order. */
  String description() {
    return (bytes == 1 ? "|" : "<") + code();
  }

  /** Adds a file's elements to a tensor. */
  void decode(ByteBuffer elements, TensorBuilder tensor) {
    switch (this) {
      case F2, F4, F8, I1, I4, I8, U1 -> tensor.addBits(elements);
      case I2, U2, U4, U8, B1 -> {
        while (elements.hasRemaining()) {
          tensor.add(widened(elements));
        }
      }
    }
  }

  private long widened(ByteBuffer elements) {
    return switch (this) {
      case I2 -> elements.getShort();
      case U2 -> Short.toUnsignedLong(elements.getShort());
      case U4 -> Integer.toUnsignedLong(elements.getInt());
      case B1 -> elements.get() == 0 ? 0 : 1;
      default -> signed(elements.getLong());
    };
  }

  private static long signed(long bits) {
    if (bits < 0) {
      throw new InvalidInputException(
          "%s is over 2^63 - 1, the highest whole number of a tensor"
              .formatted(Long.toUnsignedString(bits)));
    }
    return bits;
  }

  /**
   * The type that holds a tensor's elements in a file; {@code BFLOAT16}, which NumPy has not, must
   * have been made {@code FLOAT32}.
   */
  static NpyType of(DataType type) {
    return switch (type) {
      case FLOAT16 -> F2;
      case FLOAT32, BFLOAT16 -> F4;
      case FLOAT64 -> F8;
      case INT8 -> I1;
      case INT32 -> I4;
      case INT64 -> I8;
      case UINT8 -> U1;
      case BOOL -> B1;
    };
  }

  /**
   * The type with a code, such as {@code f4}.
   *
   * @throws InvalidInputException when tensors have none like it
   */
  static NpyType ofCode(String code) {
    if (code.startsWith("O")) {
      throw new InvalidInputException(
          "The array holds Python objects, which are pickled: reading them would run what they say."
              + " Save an array of numbers");
    }
    for (NpyType type : values()) {
      if (type.code().equals(code)) {
        return type;
      }
    }
    throw new InvalidInputException(
        "The array's type '%s' is none that a tensor can have; there are %s"
            .formatted(code, Arrays.stream(values()).map(NpyType::code).toList()));
  }

  private String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
