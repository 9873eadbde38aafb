package ai.pancreas.internal.nativelib;

import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;
import org.bytedeco.javacpp.tools.InfoMapper;

/** Tells JavaCPP how to make {@link PancreasCuda} from pancreas_cuda.h and which library it links. */
@Properties(
    value = @Platform(include = "pancreas_cuda.h", link = "pancreas_cuda"),
    target = "ai.pancreas.internal.nativelib",
    global = "ai.pancreas.internal.nativelib.PancreasCuda")
public class PancreasCudaPreset implements InfoMapper {
  @Override
  public void map(InfoMap infoMap) {
    infoMap.put(new Info("PNC_API").cppTypes().annotations());
    infoMap.put(new Info("pnc_cuda_network").pointerTypes("NativeCudaNetwork"));
    infoMap.put(new Info("pnc_cuda_volume").pointerTypes("NativeCudaVolume"));
  }
}
