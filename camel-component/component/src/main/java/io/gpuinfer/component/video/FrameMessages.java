package io.gpuinfer.component.video;

import io.gpuinfer.component.GpuInferConstants;
import io.gpuinfer.tasks.video.VideoFrame;
import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

/** A message for each frame, with the headers of the clip's message. */
final class FrameMessages implements Iterator<Message>, Closeable {

  private final Iterator<VideoFrame> frames;
  private final Closeable source;
  private final Exchange exchange;

  private FrameMessages(Iterator<VideoFrame> frames, Closeable source, Exchange exchange) {
    this.frames = frames;
    this.source = source;
    this.exchange = exchange;
  }

  static <S extends Iterator<VideoFrame> & Closeable> FrameMessages of(
      S frames, Exchange exchange) {
    return new FrameMessages(frames, frames, exchange);
  }

  @Override
  public boolean hasNext() {
    return frames.hasNext();
  }

  @Override
  public Message next() {
    VideoFrame frame = frames.next();
    Message message = new DefaultMessage(exchange.getContext());
    message.getHeaders().putAll(exchange.getMessage().getHeaders());
    message.setHeader(GpuInferConstants.FRAME_INDEX, frame.index());
    message.setHeader(GpuInferConstants.FRAME_SECONDS, frame.seconds());
    message.setHeader(GpuInferConstants.FRAME_IS_KEY, frame.keyFrame());
    message.setBody(frame.picture());
    return message;
  }

  @Override
  public void close() {
    try {
      source.close();
    } catch (IOException e) {
      throw new IllegalStateException("A clip could not be closed", e);
    }
  }
}
