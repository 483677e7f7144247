package io.gpuinfer.benchmarks.video;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.FFmpegFrameRecorder;

/** A clip that follows itself some times, as it is coded: nothing is coded anew. */
final class LoopedClip {

  private LoopedClip() {}

  /**
   * Writes it.
   *
   * @return its length in seconds
   */
  static double write(Path clip, int times, Path target) throws IOException {
    try (FFmpegFrameGrabber first = open(clip);
        FFmpegFrameRecorder recorder =
            new FFmpegFrameRecorder(
                target.toFile(), first.getImageWidth(), first.getImageHeight())) {
      recorder.setFormat("mp4");
      recorder.start(first.getFormatContext());
      double seconds = first.getLengthInTime() / 1e6;
      for (int i = 0; i < times; i++) {
        append(clip, i * seconds, recorder);
      }
      recorder.stop();
      return times * seconds;
    }
  }

  private static void append(Path clip, double from, FFmpegFrameRecorder recorder)
      throws IOException {
    try (FFmpegFrameGrabber grabber = open(clip)) {
      AVFormatContext context = grabber.getFormatContext();
      AVPacket packet = grabber.grabPacket();
      while (packet != null) {
        AVStream stream = context.streams(packet.stream_index());
        if (stream.codecpar().codec_type() == avutil.AVMEDIA_TYPE_VIDEO) {
          long shift = Math.round(from / avutil.av_q2d(stream.time_base()));
          packet.pts(packet.pts() + shift);
          packet.dts(packet.dts() + shift);
          recorder.recordPacket(packet);
        }
        packet = grabber.grabPacket();
      }
    }
  }

  private static FFmpegFrameGrabber open(Path clip) throws IOException {
    FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(clip.toFile());
    grabber.start();
    return grabber;
  }
}
