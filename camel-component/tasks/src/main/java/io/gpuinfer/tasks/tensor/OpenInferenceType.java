package io.gpuinfer.tasks.tensor;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import java.util.Arrays;

/**
 * The element types of the Open Inference Protocol, and the types of tensors that hold them. What
 * no tensor has is held by the next wider type.
 */
enum OpenInferenceType {
  BOOL(DataType.BOOL, 0, 1),
  UINT8(DataType.UINT8, 0, 255),
  UINT16(DataType.INT32, 0, 65535),
  UINT32(DataType.INT64, 0, 0xffff_ffffL),
  UINT64(DataType.INT64, 0, Long.MAX_VALUE),
  INT8(DataType.INT8, Byte.MIN_VALUE, Byte.MAX_VALUE),
  INT16(DataType.INT32, Short.MIN_VALUE, Short.MAX_VALUE),
  INT32(DataType.INT32, Integer.MIN_VALUE, Integer.MAX_VALUE),
  INT64(DataType.INT64, Long.MIN_VALUE, Long.MAX_VALUE),
  FP16(DataType.FLOAT16, 0, 0),
  BF16(DataType.BFLOAT16, 0, 0),
  FP32(DataType.FLOAT32, 0, 0),
  FP64(DataType.FLOAT64, 0, 0);

  private final DataType held;
  private final long lowest;
  private final long highest;

  OpenInferenceType(DataType held, long lowest, long highest) {
    this.held = held;
    this.lowest = lowest;
    this.highest = highest;
  }

  /** The type of the tensor that holds such elements. */
  DataType held() {
    return held;
  }

  /** Whether a whole number is one of this type, where the type is of whole numbers. */
  boolean holds(long value) {
    return value >= lowest && value <= highest;
  }

  /** The protocol's name of a tensor's type. */
  static OpenInferenceType of(DataType type) {
    return switch (type) {
      case BOOL -> BOOL;
      case UINT8 -> UINT8;
      case INT8 -> INT8;
      case INT32 -> INT32;
      case INT64 -> INT64;
      case FLOAT16 -> FP16;
      case BFLOAT16 -> BF16;
      case FLOAT32 -> FP32;
      case FLOAT64 -> FP64;
    };
  }

  /**
   * The type with a name.
   *
   * @throws InvalidInputException when tensors have none like it
   */
  static OpenInferenceType named(String name) {
    for (OpenInferenceType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw new InvalidInputException(
        "'%s' is no datatype that a tensor can have; there are %s"
            .formatted(name, Arrays.toString(values())));
  }
}
