package io.gpuinfer.component.video;

import io.gpuinfer.component.GpuInferConstants;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.tasks.classification.Classification;
import io.gpuinfer.tasks.detection.Detection;
import io.gpuinfer.tasks.detection.DetectionResult;
import io.gpuinfer.tasks.detection.DrawnDetections;
import io.gpuinfer.tasks.ocr.OcrLine;
import io.gpuinfer.tasks.ocr.OcrResult;
import io.gpuinfer.tasks.video.Segment;
import io.gpuinfer.tasks.video.Segments;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;

/**
 * Puts what was found in the frames of a {@link VideoFrameSplitter} together as segments: a {@code
 * List<Segment>} becomes the body after the split.
 *
 * <p>Each line of an {@link OcrResult}, each label of a {@link DetectionResult}, the first of the
 * {@link Classification}s of a picture, or a text that the route has put into the body, is a value
 * that may last. A frame that failed lets the clip fail. One strategy serves many clips at a time.
 */
public final class SegmentAggregation implements AggregationStrategy {

  private static final String PROGRESS = SegmentAggregation.class.getName();

  private Duration maxGap = Duration.ZERO;
  private double minLikeness = 1;

  /**
   * What is known of a clip so far. Frames come in their order, except from a split that works on
   * several at a time, which may add them at the same time, too.
   */
  private static final class Progress {

    private final Segments segments;
    private final SortedMap<Integer, Frame> early = new TreeMap<>();
    private int next;
    private Exchange failed;

    Progress(Segments segments) {
      this.segments = segments;
    }

    synchronized Exchange fail(Exchange frame) {
      failed = failed == null ? frame : failed;
      return failed;
    }

    synchronized Exchange failed() {
      return failed;
    }

    synchronized List<Segment> list() {
      return segments.list();
    }

    synchronized void add(int index, Frame frame) {
      early.put(index, frame);
      while (!early.isEmpty() && early.firstKey() == next) {
        Frame due = early.remove(next);
        segments.add(due.seconds, due.values);
        next++;
      }
    }
  }

  private record Frame(double seconds, List<String> values) {}

  /** For how long a value may be out of sight and still be the same segment; 0 unless it is set. */
  public void setMaxGap(Duration maxGap) {
    this.maxGap = maxGap;
  }

  /**
   * How like two texts must be to be the same, from above 0 to 1: 1 less their edit distance in
   * lengths of the longer one. 1, for equal ones alone, unless it is set.
   */
  public void setMinLikeness(double minLikeness) {
    this.minLikeness = minLikeness;
  }

  /** Not for use: it lacks the clip, by which the frames of several clips are told apart. */
  @Override
  public Exchange aggregate(Exchange before, Exchange frame) {
    throw new UnsupportedOperationException("Segments are made of the frames of a split alone");
  }

  @Override
  public Exchange aggregate(Exchange before, Exchange frame, Exchange clip) {
    Progress progress = progress(clip);
    if (frame.isFailed()) {
      return progress.fail(frame);
    }
    if (progress.failed() != null) {
      return progress.failed();
    }
    int index = frame.getProperty(ExchangePropertyKey.SPLIT_INDEX, Integer.class);
    progress.add(index, new Frame(seconds(frame), values(frame.getMessage().getBody())));
    return before == null ? frame : before;
  }

  @Override
  public void onCompletion(Exchange all, Exchange clip) {
    Progress progress = (Progress) clip.removeProperty(PROGRESS);
    if (progress != null && all != null && !all.isFailed()) {
      all.getMessage().removeHeader(GpuInferConstants.FRAME_INDEX);
      all.getMessage().removeHeader(GpuInferConstants.FRAME_SECONDS);
      all.getMessage().removeHeader(GpuInferConstants.FRAME_IS_KEY);
      all.getMessage().setBody(progress.list());
    }
  }

  /** The clip's exchange has it: where frames are added at the same time, several are the first. */
  private synchronized Progress progress(Exchange clip) {
    Progress progress = clip.getProperty(PROGRESS, Progress.class);
    if (progress == null) {
      progress = new Progress(new Segments(maxGap.toMillis() / 1000.0, minLikeness));
      clip.setProperty(PROGRESS, progress);
    }
    return progress;
  }

  private static double seconds(Exchange frame) {
    Double seconds = frame.getMessage().getHeader(GpuInferConstants.FRAME_SECONDS, Double.class);
    if (seconds == null) {
      throw new InvalidInputException(
          "A frame without the header " + GpuInferConstants.FRAME_SECONDS + " has no time");
    }
    return seconds;
  }

  private static List<String> values(Object result) {
    if (result == null) {
      return List.of();
    }
    if (result instanceof OcrResult text) {
      return text.lines().stream().map(OcrLine::text).toList();
    }
    if (result instanceof DetectionResult things) {
      return things.detections().stream().map(Detection::label).toList();
    }
    if (result instanceof DrawnDetections drawn) {
      return values(drawn.result());
    }
    if (result instanceof Classification classification) {
      return List.of(classification.label());
    }
    if (result instanceof CharSequence text) {
      return text.toString().isBlank() ? List.of() : List.of(text.toString());
    }
    if (result instanceof Collection<?> several) {
      boolean ranking = several.stream().allMatch(Classification.class::isInstance);
      // A ranking has one winner; other lists hold what is seen side by side.
      return several.stream()
          .limit(ranking ? 1 : several.size())
          .flatMap(one -> values(one).stream())
          .toList();
    }
    throw new InvalidInputException(
        "Segments are made of texts and labels, not of " + result.getClass().getName());
  }
}
