package io.gpuinfer.tasks.video;

import io.gpuinfer.engine.InvalidInputException;
import java.io.Closeable;
import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Turns the packets of a clip into frames in the order in which they are shown, and weaves the two
 * fields of interlaced frames into one picture.
 */
final class FrameDecoder implements Closeable {

  /** Two frames at a time: more would take memory, and cores from the model. */
  private static final int THREADS = Math.min(2, Runtime.getRuntime().availableProcessors());

  private final Container container;
  private final boolean keyFrames;
  private final AVCodecContext codec;
  private final AVPacket packet;
  private final AVFrame frame;
  private final PacketRate rate = new PacketRate();
  private final double unit;
  private FilterGraph deinterlacer;
  private boolean drained;
  private double seconds = Double.NaN;

  /**
   * Opens the decoder that the clip needs.
   *
   * @param container closed with the decoder
   * @param keyFrames whether only key frames are decoded
   * @throws InvalidInputException when there is none, or it does not take the clip
   */
  FrameDecoder(Container container, boolean keyFrames, VideoLimits limits) {
    this.container = container;
    this.keyFrames = keyFrames;
    this.unit = avutil.av_q2d(container.video().time_base());
    int id = container.video().codecpar().codec_id();
    AVCodec decoder = avcodec.avcodec_find_decoder(id);
    if (decoder == null) {
      throw new InvalidInputException(
          "There is no decoder for the clip's video, which is "
              + avcodec.avcodec_get_name(id).getString());
    }
    packet = avcodec.av_packet_alloc();
    frame = avutil.av_frame_alloc();
    codec = avcodec.avcodec_alloc_context3(decoder);
    AVDictionary options = new AVDictionary(null);
    avutil.av_dict_set(options, "max_pixels", String.valueOf(limits.decoderPixels()), 0);
    avutil.av_dict_set(options, "threads", String.valueOf(THREADS), 0);
    try {
      String what = "The clip's video cannot be decoded";
      Ffmpeg.check(
          avcodec.avcodec_parameters_to_context(codec, container.video().codecpar()), what);
      codec.pkt_timebase(container.video().time_base());
      Ffmpeg.check(avcodec.avcodec_open2(codec, decoder, options), what);
    } catch (RuntimeException e) {
      release();
      throw e;
    } finally {
      avutil.av_dict_free(options);
    }
  }

  /**
   * Decodes up to a time.
   *
   * @param due seconds by the clip's time stamps
   * @return the first frame at that time or after it, valid until the next call; null at the end
   * @throws InvalidInputException when the clip is damaged or over a limit
   */
  AVFrame next(double due) {
    AVFrame decoded = next(due, deinterlacer == null);
    while (decoded != null && seconds < due) {
      decoded = next(due, deinterlacer == null);
    }
    return decoded;
  }

  /** The time stamp of the frame that came last, in seconds. */
  double seconds() {
    return seconds;
  }

  @Override
  public void close() throws IOException {
    release();
    container.close();
  }

  private AVFrame next(double due, boolean skip) {
    while (true) {
      AVFrame woven = deinterlacer == null ? null : deinterlacer.pull();
      if (woven != null) {
        seconds = woven.pts() * avutil.av_q2d(deinterlacer.unit());
        return woven;
      }
      int received = avcodec.avcodec_receive_frame(codec, frame);
      if (received == avutil.AVERROR_EOF()) {
        return endOfDeinterlacer();
      }
      if (received == avutil.AVERROR_EAGAIN()) {
        feed(due, skip);
      } else if (received == 0 && isShown()) {
        return frame;
      }
      // What is damaged in a frame has been concealed, or the frame is left out.
    }
  }

  /** Whether the decoder's frame is to be shown as it is; the others go to the deinterlacer. */
  private boolean isShown() {
    long stamp = frame.best_effort_timestamp();
    if (stamp == avutil.AV_NOPTS_VALUE) {
      seconds = Double.isNaN(seconds) ? 0 : seconds + 1 / container.declaredRate();
      frame.pts(Math.round(seconds / unit));
    } else {
      frame.pts(stamp);
      seconds = stamp * unit;
    }
    boolean interlaced = (frame.flags() & AVFrame.AV_FRAME_FLAG_INTERLACED) != 0;
    if (deinterlacer != null && !deinterlacer.takes(frame)) {
      deinterlacer.close();
      deinterlacer = null;
    }
    if (deinterlacer == null && !interlaced) {
      return true;
    }
    if (deinterlacer == null) {
      deinterlacer = new FilterGraph(frame, container.video().time_base(), deinterlacing());
    }
    deinterlacer.push(frame);
    return false;
  }

  /** Between key frames too much time passes to learn from one what another lacks. */
  private String deinterlacing() {
    return keyFrames
        ? "estdif=mode=frame:deint=interlaced"
        : "bwdif=mode=send_frame:deint=interlaced";
  }

  /** It keeps a frame until the one after it has come. */
  private AVFrame endOfDeinterlacer() {
    if (deinterlacer == null) {
      return null;
    }
    if (!drained) {
      drained = true;
      deinterlacer.push(null);
    }
    AVFrame last = deinterlacer.pull();
    if (last != null) {
      seconds = last.pts() * avutil.av_q2d(deinterlacer.unit());
    }
    return last;
  }

  private void feed(double due, boolean skip) {
    if (!container.read(packet)) {
      // An empty packet ends the stream.
      avcodec.avcodec_send_packet(codec, null);
      return;
    }
    double time = secondsOf(packet.pts());
    // AVI says only in which order frames are decoded; that tells how many there are, too.
    rate.count(Double.isNaN(time) ? secondsOf(packet.dts()) : time);
    if (keyFrames) {
      codec.skip_frame(avcodec.AVDISCARD_NONKEY);
    } else {
      // Frames that nobody wants, and no other frame is made of, need not be decoded.
      codec.skip_frame(skip && time < due ? avcodec.AVDISCARD_NONREF : avcodec.AVDISCARD_DEFAULT);
    }
    avcodec.avcodec_send_packet(codec, packet);
  }

  private double secondsOf(long stamp) {
    return stamp == avutil.AV_NOPTS_VALUE ? Double.NaN : stamp * unit;
  }

  private void release() {
    if (deinterlacer != null) {
      deinterlacer.close();
    }
    avcodec.av_packet_free(packet);
    avutil.av_frame_free(frame);
    avcodec.avcodec_free_context(codec);
  }
}
