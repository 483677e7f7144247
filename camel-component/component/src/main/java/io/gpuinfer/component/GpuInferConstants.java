package io.gpuinfer.component;

import org.apache.camel.spi.Metadata;

/**
 * The message headers of the component. None of them chooses a model, a file or a device for a
 * request. Two are heard by the operations that change a model's version, and by those alone.
 */
public final class GpuInferConstants {

  /** What the names of all headers begin with. */
  static final String PREFIX = "CamelGpuInfer";

  @Metadata(
      label = "producer",
      description =
          "Deadline of this request: a Duration, a number of milliseconds, or a text such as 500ms."
              + " Shortens the option requestTimeout, and never lengthens it.",
      javaType = "java.time.Duration")
  public static final String TIMEOUT = "CamelGpuInferTimeout";

  @Metadata(
      label = "producer",
      description = "Place of this request in the queue; overrides the option priority.",
      javaType = "io.gpuinfer.serving.Priority",
      enums = "HIGH,NORMAL,LOW")
  public static final String PRIORITY = "CamelGpuInferPriority";

  @Metadata(
      label = "producer",
      description =
          "The caller's name for this request, used where the component reports a failure of it."
              + " The exchange's id where it is not set.",
      javaType = "String")
  public static final String REQUEST_ID = "CamelGpuInferRequestId";

  @Metadata(label = "producer", description = "The device that ran the model.", javaType = "String")
  public static final String DEVICE = "CamelGpuInferDevice";

  @Metadata(
      label = "producer",
      description = "The version of the model that answered.",
      javaType = "String")
  public static final String MODEL_VERSION = "CamelGpuInferModelVersion";

  @Metadata(label = "producer", description = "How many inputs ran together.", javaType = "Integer")
  public static final String BATCH_SIZE = "CamelGpuInferBatchSize";

  @Metadata(
      label = "producer",
      description = "Milliseconds that the request waited for the device.",
      javaType = "Double")
  public static final String QUEUE_MILLIS = "CamelGpuInferQueueMillis";

  @Metadata(
      label = "producer",
      description = "Milliseconds that the device worked on the request.",
      javaType = "Double")
  public static final String COMPUTE_MILLIS = "CamelGpuInferComputeMillis";

  @Metadata(
      label = "producer",
      description =
          "Milliseconds of these that inputs and outputs took to and from the device, rather than"
              + " the model itself.",
      javaType = "Double")
  public static final String TRANSFER_MILLIS = "CamelGpuInferTransferMillis";

  @Metadata(
      label = "producer",
      description =
          "Share of the model's operators that the device named ran itself, from 0 to 1, counted"
              + " from what was executed.",
      javaType = "Double")
  public static final String DEVICE_SHARE = "CamelGpuInferDeviceShare";

  @Metadata(
      label = "producer",
      description = "How well the model was served when the answer was ready.",
      javaType = "io.gpuinfer.serving.ServerState",
      enums = "STABLE,DEGRADED,OFFLINE,RECOVERING")
  public static final String STATE = "CamelGpuInferState";

  @Metadata(
      label = "producer",
      description = "Whether the input was longer than the model takes, and was cut.",
      javaType = "Boolean")
  public static final String TRUNCATED = "CamelGpuInferTruncated";

  @Metadata(
      label = "producer",
      description =
          "With tasks for texts, how many tokens the model read for the request, special ones"
              + " included.",
      javaType = "Integer")
  public static final String TOKENS = "CamelGpuInferTokens";

  @Metadata(
      label = "producer",
      description = "With the task embedding, how many numbers a vector has.",
      javaType = "Integer")
  public static final String DIMENSIONS = "CamelGpuInferDimensions";

  @Metadata(
      label = "producer",
      description = "With the task image, how many columns the last picture of the answer has.",
      javaType = "Integer")
  public static final String WIDTH = "CamelGpuInferWidth";

  @Metadata(
      label = "producer",
      description = "With the task image, how many rows the last picture of the answer has.",
      javaType = "Integer")
  public static final String HEIGHT = "CamelGpuInferHeight";

  @Metadata(
      label = "producer",
      description =
          "With the tasks image and detection and a file as the answer, what it is: image/jpeg or"
              + " image/png.",
      javaType = "String")
  public static final String MEDIA_TYPE = "CamelGpuInferMediaType";

  @Metadata(
      label = "producer",
      description = "With the task detection, how many boxes all pictures of the request have.",
      javaType = "Integer")
  public static final String DETECTIONS = "CamelGpuInferDetections";

  @Metadata(
      label = "producer",
      description =
          "With the task kernel on an OpenCL device, milliseconds that it took to translate the"
              + " kernel and to compile it, once, when the route started.",
      javaType = "Double")
  public static final String CONVERSION_MILLIS = "CamelGpuInferConversionMillis";

  @Metadata(
      label = "producer",
      description =
          "Of a picture that the splitter of frames gives, its place among the frames, from 0.",
      javaType = "Integer")
  public static final String FRAME_INDEX = "CamelGpuInferFrameIndex";

  @Metadata(
      label = "producer",
      description =
          "Of a picture that the splitter of frames gives, when it is shown, in seconds from the"
              + " clip's start.",
      javaType = "Double")
  public static final String FRAME_SECONDS = "CamelGpuInferFrameSeconds";

  @Metadata(
      label = "producer",
      description =
          "Of a picture that the splitter of frames gives, whether the clip stores it whole.",
      javaType = "Boolean")
  public static final String FRAME_IS_KEY = "CamelGpuInferFrameIsKey";

  @Metadata(
      label = "producer",
      description =
          "With the operations load and swap, the version to serve: the name of a folder of the"
              + " model in the repository. The highest one where it is not set.",
      javaType = "String")
  public static final String TARGET_VERSION = "CamelGpuInferTargetVersion";

  @Metadata(
      label = "producer",
      description =
          "With the operations swap and rollback, whether the version that serves gives its memory"
              + " back before the other one is loaded. Requests are refused meanwhile.",
      javaType = "Boolean")
  public static final String DRAIN_FIRST = "CamelGpuInferDrainFirst";

  @Metadata(
      label = "producer",
      description =
          "With the operation swap, whether to take a version whose inputs are others than those of"
              + " the version before. A model of raw tensors is refused then otherwise.",
      javaType = "Boolean")
  public static final String FORCE = "CamelGpuInferForce";

  private GpuInferConstants() {}
}
