package io.gpuinfer.tasks.video;

import java.io.Closeable;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avfilter.AVFilterInOut;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avfilter;
import org.bytedeco.ffmpeg.global.avutil;

/** A chain of FFmpeg's filters, for frames of one size and format. */
final class FilterGraph implements Closeable {

  private static final String WHAT = "The clip's frames cannot be converted";

  /** What all frames of a graph have in common. */
  private record Form(int width, int height, int format, int space, int range) {

    static Form of(AVFrame frame) {
      return new Form(
          frame.width(), frame.height(), frame.format(), frame.colorspace(), frame.color_range());
    }
  }

  private final AVFilterGraph graph = avfilter.avfilter_graph_alloc();
  private final Form form;
  private final AVFilterContext source;
  private final AVFilterContext sink;
  private final AVFrame output = avutil.av_frame_alloc();

  /**
   * Makes the filters.
   *
   * @param like a frame as all will be
   * @param unit of the frames' time stamps
   * @param filters in FFmpeg's notation, as in {@code scale=640:360,format=bgr24}
   */
  FilterGraph(AVFrame like, AVRational unit, String filters) {
    form = Form.of(like);
    graph.nb_threads(1);
    String chain =
        "buffer@in=width=%d:height=%d:pix_fmt=%d:time_base=%d/%d:colorspace=%d:range=%d,%s,buffersink@out"
            .formatted(
                form.width,
                form.height,
                form.format,
                unit.num(),
                unit.den(),
                form.space,
                form.range,
                filters);
    try (AVFilterInOut none = new AVFilterInOut(null);
        AVFilterInOut nor = new AVFilterInOut(null)) {
      Ffmpeg.check(avfilter.avfilter_graph_parse2(graph, chain, none, nor), WHAT);
      Ffmpeg.check(avfilter.avfilter_graph_config(graph, null), WHAT);
      source = avfilter.avfilter_graph_get_filter(graph, "buffer@in");
      sink = avfilter.avfilter_graph_get_filter(graph, "buffersink@out");
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  boolean takes(AVFrame frame) {
    return Form.of(frame).equals(form);
  }

  /** Gives a frame to the first filter, which leaves it empty; null for the end of them. */
  void push(AVFrame frame) {
    Ffmpeg.check(avfilter.av_buffersrc_add_frame(source, frame), WHAT);
  }

  /** The next frame of the last filter, valid until the next call; null when there is none yet. */
  AVFrame pull() {
    avutil.av_frame_unref(output);
    int result = avfilter.av_buffersink_get_frame(sink, output);
    if (result == avutil.AVERROR_EOF() || result == avutil.AVERROR_EAGAIN()) {
      return null;
    }
    Ffmpeg.check(result, WHAT);
    return output;
  }

  /** The unit of the time stamps of what comes out. */
  AVRational unit() {
    return avfilter.av_buffersink_get_time_base(sink);
  }

  @Override
  public void close() {
    avutil.av_frame_free(output);
    avfilter.avfilter_graph_free(graph);
  }
}
