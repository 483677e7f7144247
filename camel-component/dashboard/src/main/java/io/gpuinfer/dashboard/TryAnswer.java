package io.gpuinfer.dashboard;

import io.gpuinfer.serving.ServerState;
import io.gpuinfer.tasks.TaskType;
import java.util.List;

/**
 * What a model made of what a user sent. Times are in milliseconds; those of a clip are sums over
 * its frames.
 *
 * @param model its id
 * @param name what the user's file is called
 * @param kind of what was sent
 * @param restMs what neither the queue nor the device took
 * @param state of the model after it
 * @param degraded whether a fallback answered
 * @param frames a picture has one, a clip several; none where there are neither boxes nor classes
 * @param vector of a text; null for other tasks
 * @param image a picture that was made; null for other tasks
 * @param result of tasks whose answers have no form of their own here; null for others
 */
record TryAnswer(
    String model,
    String name,
    String kind,
    TaskType task,
    double totalMs,
    double queueMs,
    double transferMs,
    double computeMs,
    double restMs,
    String device,
    Double deviceShare,
    String version,
    ServerState state,
    boolean degraded,
    Integer batchSize,
    List<Frame> frames,
    float[] vector,
    Image image,
    Object result) {

  /**
   * What is in a picture.
   *
   * @param seconds of a frame, where it is in the clip; null for a picture
   * @param width in pixels, upright; null for a text
   */
  record Frame(
      int index,
      Double seconds,
      Integer width,
      Integer height,
      List<Box> boxes,
      List<ScoredClass> classes) {}

  /**
   * Where something is.
   *
   * @param points the corners x, y in pixels, clockwise
   * @param text that is read there; null where things are found
   * @param label of the thing; null where text is read
   */
  record Box(List<double[]> points, String text, String label, double score) {}

  /** One of the classes that a model tells apart. */
  record ScoredClass(String label, double score) {}

  /** A file. */
  record Image(String mediaType, byte[] base64) {}
}
