package io.gpuinfer.samples.requests;

import io.gpuinfer.component.GpuInferConstants;
import io.gpuinfer.tasks.ocr.OcrResult;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Puts the answers to the frames of a clip together. Times are summed, and one degraded frame makes
 * the answer degraded; the rest is what the last frame says.
 */
public final class FrameAggregation implements AggregationStrategy {

  @Override
  public Exchange aggregate(Exchange before, Exchange frame) {
    if (frame.isFailed()) {
      return frame;
    }
    List<VideoResult.Frame> frames = new ArrayList<>();
    if (before != null) {
      frames.addAll(before.getMessage().getBody(VideoResult.class).frames());
      add(GpuInferConstants.QUEUE_MILLIS, before.getMessage(), frame.getMessage());
      add(GpuInferConstants.COMPUTE_MILLIS, before.getMessage(), frame.getMessage());
      if (before.getVariable(Answers.DEGRADED) != null) {
        frame.setVariable(Answers.DEGRADED, before.getVariable(Answers.DEGRADED));
      }
    }
    double seconds = frame.getMessage().getHeader(GpuInferConstants.FRAME_SECONDS, Double.class);
    OcrResult read = frame.getMessage().getBody(OcrResult.class);
    frames.add(new VideoResult.Frame(1000 * seconds, read.lines()));
    frame.getMessage().setBody(new VideoResult(frames));
    return frame;
  }

  private static void add(String header, Message before, Message frame) {
    frame.setHeader(
        header, before.getHeader(header, Double.class) + frame.getHeader(header, Double.class));
  }
}
