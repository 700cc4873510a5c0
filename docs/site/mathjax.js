MathJax.Hub.Config({showMathMenu: false, messageStyle: "none", SVG: {scale: 90}});
